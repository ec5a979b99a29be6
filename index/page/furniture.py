"""Lines of a page that are no part of its article: reading times, share bars, invitations to follow, credits.

Only whole short lines are told by this, never a sentence of an article: a line of fixed words, a line that has nothing
but words of one kind, or a request that names where to follow.
"""

import re

from index.page.labels import normal

MAX_LINE = 250
"""A longer line is a paragraph, as is one with a quotation."""

_PHRASES = """
read mode|reading mode|font size|text size|share|share this|share this article|share this story|share article|listen
listen to this article|listen to article|listen to this story|follow us|follow us on|top content|trending
top content trending
advertisement|advertising|advertisement content continues below|story continues below
story continues below advertisement
article continues below|article continues below advertisement|article continues after ad|continue reading below
article content|recommended videos|sign up|subscribe|subscribe now|sign in|log in|newsletter|our newsletters|print
save
save article|copy link|link copied|copied|copy to clipboard|bookmark|comments|comment|add a comment|leave a comment
join the conversation|view comments|show comments|loading|loading comments|close|skip to content|back to top
skip advertisement|audio|play|watch|watch video|image|photo|photos|gallery|published|updated|last updated
published updated
published last updated|reading time|add as preferred source on google|all rights reserved|click here to get the app
supported by|sponsored|sponsored content|promoted|get the app|download the app|view gallery|view image in fullscreen
open image modal|expand image|enlarge image|image source|image caption|photo credit|image credit
anzeige|werbung|artikel anhoren|teilen|artikel teilen|drucken|merken|kommentieren|kommentare|kommentar schreiben
folgen
folgen sie uns|folge uns|schriftgroße|lesemodus|lesezeit|link kopieren|link kopiert|vorlesen|veroffentlicht
aktualisiert
zuletzt aktualisiert|zur startseite|nach oben|bild vergroßern|bildergalerie|inhalt von|newsletter abonnieren
artikel merken
publicite|partager|partager cet article|imprimer|commenter|commentaires|commentaires associes|ecouter l article
suivez nous
taille du texte|mode lecture|temps de lecture|publie|mis a jour|copier le lien|lien copie|s abonner|se connecter
sauvegarder
publicidad|compartir|comparte|imprimir|comentar|comentarios|escuchar|escucha el articulo|siguenos|siguenos en
tamano de letra|tamano de fuente|modo lectura|tiempo de lectura|publicado|actualizado|copiar enlace|guardar|suscribete
publicidade|compartilhar|compartilhe|partilhar|ouvir|ouca este conteudo|siga nos|comentario|tamanho da fonte
modo de leitura|tempo de leitura|atualizado|copiar link|salvar|continua apos a publicidade
continua depois da publicidade
pubblicita|condividi|stampa|commenta|commenti|ascolta|ascolta l articolo|seguici|seguici su|dimensione testo
modalita lettura|tempo di lettura|pubblicato|aggiornato|copia link|salva
reclame|advertentie|delen|deel dit artikel|afdrukken|reacties|luister|volg ons|leestijd|lettergrootte|gepubliceerd
bijgewerkt
реклама|поделиться|поделитесь|распечатать|комментарии|комментировать|слушать|подписаться|размер шрифта|режим чтения
время чтения|опубликовано|обновлено|скопировать ссылку|ссылка скопирована|читать в telegram
اعلان|إعلان|مشاركة|شارك|شارك المقال|شارك هذا المقال|طباعة|تعليقات|التعليقات|اضف تعليقا|استمع|استمع للمقال|تابعنا
تابعونا
تابعنا على|تابعونا على|حجم الخط|وضع القراءة|وضع القراء|وقت القراءة|مدة القراءة|نشر في|اخر تحديث|تم التحديث|آخر تحديث
نسخ الرابط
حفظ|المحتوى الاكثر رواجا|ابرز المحتوى
広告|共有|シェア|シェアする|印刷|コメント|保存|文字サイズ|フォロー|フォローする|カテゴリーをフォローする|おすすめ情報|関連キーワード|記事を保存
广告|廣告|分享|打印|评论|評論|收藏|字体大小|字號|阅读模式|阅读时间|关注|关注我们|责任编辑|复制链接|分享到|分享让更多人看到
विज्ञापन|शेयर करें|साझा करें|प्रिंट|टिप्पणियां|हमें फॉलो करें|फॉलो करें|फ़ॉन्ट आकार|सुनें
reklam|paylas|haberi paylas|yazdir|yorumlar|yorum yap|bizi takip edin|takip et|yazi boyutu|okuma modu|okuma suresi
yayinlanma|guncelleme|son guncelleme|dinle|kaydet
reklama|udostepnij|drukuj|komentarze|skomentuj|posłuchaj|obserwuj nas|rozmiar czcionki|tryb czytania|czas czytania
opublikowano|aktualizacja|skopiuj link|zapisz
iklan|bagikan|cetak|komentar|ikuti kami|advertisement scroll to continue with content
"""
# A line of these alone (and of numbers) is a row of buttons.
_SHARING = """
facebook twitter x whatsapp telegram linkedin pinterest reddit instagram youtube tiktok threads bluesky mastodon
flipboard snapchat messenger viber weibo wechat qq vk odnoklassniki pocket tumblr xing email e mail sms print copy
link url rss share tweet on via auf sur en em su per op w teilen partager compartir compartilhar condividi delen
поделиться مشاركة شارك على فيسبوك تويتر واتساب تيليجرام تلغرام واتس اب بريد微博 微信 分享 シェア paylas udostepnij
google news
"""
_MINUTES = """
min mins minute minutes minuten minut minuta minuty minuto minutos minuti minuut мин минут минуты минута минуту دقيقة
دقائق دقيقه دقايق मिनट dk dakika dakikalik menit
"""
_READING = """
read reading lesezeit lesedauer lesen lecture lire lectura leer leitura ler lettura leggere leestijd lezen leesduur
чтения чтение читать القراءة قراءة للقراءة القراءه قراءه पढ़ें पढ़ने okuma okunma czytania lektury baca
"""
_AROUND_READING = """
time estimated est approx about to ca circa etwa temps de duree tiempo tempo di время время займет czas suresi suresi
وقت مدة زمن في में का समय waktu s this article
"""
_CHANNELS = (
    r"(?:google\s*(?:news|nachrichten|haberler)|whats\s?app|telegram|facebook|instagram|twitter|youtube|tiktok|linkedin"
    r"|\bx\b|newsletters?|\bapp\b|inbox|infolettre|bolet[ií]n|nieuwsbrief|b[uü]lteni\w*|рассылк\w+|\w*-канал\w*"
    r"|(?:our|notre|nuestro|nosso|nostro|unser\w*|ons|наш\w*) (?:channel|[ck]anal\w*|канал\w*)"
    r"|فيسبوك|تويتر|واتساب|واتس آب|تلغرام|تيليجرام|(?:غوغل|جوجل) نيوز|أخبار جوجل|نشرتنا|النشرة|قناتنا|गूगल न्यूज़?|व्हाट्सएप)"
)
# Requests in the imperative, so that no report of who followed whom is taken for one.
_FOLLOWING = (
    r"(?:(?:please |you can (?:also )?)?follow (?:us|our|@)|sign up (?:for|to|here)|subscribe (?:to|now|for)|join us on"
    r"|join our|get (?:the latest|our|breaking)|stay (?:up to date|informed|connected)|download (?:the|our) "
    r"|for (?:all |more )?(?:the |our )?latest\b.{0,60}\bfollow|folgen sie uns|folge?t? uns|abonnieren sie"
    r"|jetzt abonnieren|melden sie sich|aktuelle nachrichten aufs handy|suivez-nous|suivez (?:notre|toute)"
    r"|abonnez-vous|inscrivez-vous|s[ií]guenos|suscr[ií]b(?:ete|ase)|siga-nos|siga (?:o|a|nosso)\b|assine"
    r"|inscreva-se|seguici|iscriviti|segui (?:la|il)\b"
    r"|volg ons|schrijf je in|meld je aan|подпи(?:шитесь|сывайтесь)|следите за|читайте нас"
    r"|تابعونا|تابعنا|اشتركوا? (?:الآن|في)|انضموا|हमें .{0,30}फॉलो|bizi .{0,30}takip|abone ol|obserwuj"
    r"|zapisz się|dołącz do)"
)
_PHOTO = (
    r"\(?(?:photo|image|picture|foto|bild|imagen|imagem|immagine|cr[eé]dit\w*|фото|صورة|الصورة|写真|画像|图片|摄影"
    r"|fotoğraf|zdjęcie)"
)
_AGENCY = r"(?:getty(?: images)?|afp|reuters|ap(?: photo)?|epa|dpa|picture alliance|shutterstock|imago)"
_TIMED = r"(?=.*(?:\d{4}|\d[:.h]\d\d))"
_DATED = (
    r"(?:published|updated|last (?:updated|modified)|posted|veröffentlicht|aktualisiert|stand|publié|mis à jour"
    r"|publicado|actualizado|atualizado|pubblicato|aggiornato|gepubliceerd|bijgewerkt|опубликовано|обновлено|نشر في"
    r"|آخر تحديث|تاريخ النشر|发布时间|更新时间|公開日?|更新日?|yayınlanma|güncelleme|opublikowano|aktualizacja)"
)
# No more than eight words; what parts them is no part of one, so that there is but one way to count them.
_WORDS = r"(?:[^\s.!?]+(?:\.\s?|\s)){0,7}(?:[^\s.!?]+(?:\.\s?|\s)?)?"
_LINES = re.compile(
    "|".join(
        (
            # Where the site can be followed.
            rf"(?>{_FOLLOWING}).{{0,180}}?{_CHANNELS}.{{0,90}}",
            r".{0,40}(?:公式アカウント|ニュースレター|メールマガジン).{0,10}(?:をフォロー|に登録|を購読).{0,20}",
            r".{0,20}(?:关注|關注|订阅|訂閱).{0,10}(?:公众号|公眾號|微信|微博|电子报|電子報).{0,20}",
            # Who made a photo.
            rf"{_PHOTO}s?(?: ?(?:credits?|source|quelle|by|von|de))?\s?[:/|：©].{{1,100}}",
            r"\(?(?:photo|image|picture) by [^.!?]{1,80}",
            rf"[^.!?]{{1,60}}/\s?{_AGENCY}\W{{0,3}}",
            # Who owns the page.
            r"(?:©|\(c\)|copyright (?:©|\(c\)|@|\d)).{0,200}",
            # When it was published or changed: nothing but a date behind the word.
            rf"{_TIMED}{_DATED}\s?[:：]?{_WORDS}\d(?:\s?(?:[ap]\.?m\.?|[A-Za-z]{{1,4}}))?\W*",
        )
    ),
    re.IGNORECASE,
)
_QUOTE = re.compile(r"[\"„“”«»「」]")
_DIGITS = re.compile(r"\d+")


def is_furniture(line: str) -> bool:
    """Whether a line is no part of an article, whatever the article says."""
    if len(line) > MAX_LINE or _QUOTE.search(line):
        return False
    words = _DIGITS.sub(" ", normal(line)).split()
    if not words:
        return len(_DIGITS.findall(line)) < 2  # a row of a table has more
    if " ".join(words) in _FIXED or _BUTTONS.issuperset(words):
        return True
    return _is_reading_time(line, set(words)) or _LINES.fullmatch(line.strip()) is not None


def _is_reading_time(line: str, words: set[str]) -> bool:
    known = words <= _TIMES and words & _MINUTE_WORDS and words & _READING_WORDS
    return bool(_DIGITS.search(line)) and (bool(known) or _SPACELESS_TIME.fullmatch(line.strip()) is not None)


def _words(block: str) -> frozenset[str]:
    return frozenset(normal(block).split())


_FIXED = frozenset(normal(phrase) for phrase in re.split(r"[|\n]", _PHRASES) if phrase.strip())
_BUTTONS = _words(_SHARING)
_MINUTE_WORDS, _READING_WORDS = _words(_MINUTES), _words(_READING)
_TIMES = _MINUTE_WORDS | _READING_WORDS | _words(_AROUND_READING)
_SPACELESS_TIME = re.compile(
    r"(?:阅读|閱讀|预计阅读|读完|読了|この記事は).{0,8}\d+\s?(?:分钟|分鐘|分).{0,8}|(?:約|约)?\d+\s?(?:分钟|分鐘|分)(?:阅读|閱讀|で読め).{0,4}"
)
