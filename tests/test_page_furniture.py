"""Lines that are no part of an article, in many languages, and sentences that only look like them."""

import pytest

from index.page.furniture import is_furniture


@pytest.mark.parametrize(
    "line",
    [
        "3 min read",
        "Reading time: 4 minutes",
        "Lesezeit: 12 Min.",
        "Temps de lecture : 5 min",
        "Tiempo de lectura: 2 minutos",
        "Tempo de leitura: 6 minutos",
        "Tempo di lettura 3 min",
        "Время чтения: 7 мин.",
        "وقت القراءة: 3 دقائق",
        "阅读需5分钟",
        "約3分で読めます",
        "4 dk okuma",
        "Czas czytania: 8 min.",
        "100% Font Size",
        "Read Mode",
        "حجم الخط 100%",
        "Published: Updated:",
        "Top Content Trending",
        "Advertisement",
        "ANZEIGE",
        "إعلان",
        "Реклама",
        "広告",
        "Facebook X WhatsApp Email",
        "Share on Facebook",
        "Comments 12",
        "12",
        "***",
        "For all the latest headlines follow our channel on Google News, online or in the app.",
        "Follow us on Telegram",
        "Sign up to our daily newsletter",
        "Folgen Sie uns auf WhatsApp!",
        "Inscrivez-vous à notre infolettre",
        "Síguenos en Instagram",
        "Seguici su Facebook",
        "Подписывайтесь на наш Telegram",
        "تابعونا على تويتر",
        "关注我们的微信",
        "Photo: Ada Quill / Calder Pictures",
        "Foto: privat",
        "(Photo by Ada Quill)",
        "Ada Quill/AFP",
        "© 2026 Calder Post. All rights reserved.",
        "Updated: 12 June 2026, 10:30 am",
        "Aktualisiert am 03.05.2026",
        "Publié le 4 mai 2026",
        "Опубликовано: 14.09.2026 10:30",
    ],
)
def test_a_line_that_is_no_part_of_an_article_is_told(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "It takes three minutes to read the treaty.",
        "He was given 3 minutes to read it.",
        "The ferry left 20 minutes late.",
        "Share prices fell.",
        "Facebook said on Monday that it would share the data.",
        "Advertisement is the trade's oldest craft.",
        "Follow the money, said the prosecutor.",
        "Like the founder of Facebook, she left the university early.",
        "Sigue cerrado el canal de Skerry.",
        "تابع الوزير أن الحساب على تويتر مزور.",
        "انضم اللاعب إلى تويتر أمس.",
        "Published in June 2026 by a small house, it sold well.",
        "Copyright law protects it.",
        "Photos by the agency show ships.",
        "Picture this: an empty harbour.",
        '"Share", he said.',
        "„Teilen.“",
        "| 12 | 14 |",
        "船は港を出た。",
        "عاد الصيادون إلى الميناء.",
        "3 min read " + "and " * 80,
    ],
)
def test_a_sentence_of_an_article_stays(line: str) -> None:
    assert not is_furniture(line)
