"""What editors write above the links they picked, and above those that a machine picked, in many languages."""

import re
import unicodedata
from typing import Literal

Kind = Literal["picks", "inset", "other"]
"""Of the links under a label: picks, picks where it stands between the paragraphs of a text, or another list."""

_NOT_WORD = re.compile(r"[\W_]+")
MAX_LABEL, MAX_LINE = 80, 300
"""The longest label, and the longest line that may hold a label and a headline."""

_LABELLED = re.compile(r"\W*([^:：|–—]{2,60}?)\s*(?:[:：|–—]|\s-\s)\s*(\S.*)", re.DOTALL)
_SENTENCE_END = (".", "。", "；", ";", "،", "؛", "।", ",", ":")
_LONGEST, _SHORTEST, _SHORTEST_IDEOGRAPHIC, _SURE_WORDS, _SURE_LENGTH = 200, 12, 6, 4, 25

_PICKS = """
read more|read also|also read|related|from the archives|from our archives|from the archive|more to read
additional reading
previous coverage|earlier coverage|you should also read|dive deeper|related reporting|related articles
related article|related stories
related story|related news|related content|related reading|related links|related posts|related post|related coverage
related reads|related items|related topics articles|more on this story|more on this topic|more on this
more on the story
more on this subject|see also|further reading|more like this|also see|on this topic
more about this|go deeper|dig deeper|read more on this|read more about this|read more here
read more on the topic|also of interest|similar articles|similar stories|similar posts|more stories like this
lesen sie auch|lesen sie mehr|lesen sie dazu|lesen sie hier|lesen sie mehr zum thema|lesen sie dazu auch
lesen sie auch diese artikel|lies auch|lesen sie weiter|mehr zum thema|mehr zu diesem thema|mehr dazu|zum thema
passend zum thema|passend zum artikel
passend dazu|siehe auch|weitere artikel zum thema|weiterfuhrende artikel|weiterfuhrende links|verwandte artikel
verwandte themen artikel|ahnliche artikel|ahnliche beitrage|verwandte beitrage|lesetipps|lesetipp
lesen sie zum thema
beitrage zum thema|weitere beitrage zum thema|artikel zum thema|weitere informationen zum thema|mehr zum artikel
lesen sie dazu mehr|lesen sie auch zum thema|auch lesenswert|weitere texte zum thema|mehr aus diesem themenbereich
zum weiterlesen|weiterlesen zum thema|links zum thema|mehr hierzu
dazu passend|mehr lesen|mehr uber
lire aussi|la redaction vous conseille|a lire aussi|lire egalement
a lire egalement|lire plus|sur le meme sujet|sur le meme theme|voir aussi
articles lies|a lire|articles associes|article associe|articles similaires|pour aller plus loin|a voir aussi
lisez aussi|a lire sur le sujet|a lire sur ce sujet|a ce sujet|sur ce sujet|notre dossier|lire notre dossier
lire le dossier|voir egalement|lire sur le sujet|pour en savoir plus|pour aller plus loin sur le sujet|nos articles lies
contenus lies|dans le meme dossier|articles connexes
leer mas|lea tambien|lee tambien|leer tambien|lea mas|lee mas|te puede interesar|te puede interesar tambien
noticias relacionadas|relacionado|relacionados|relacionada|relacionadas|articulos relacionados|contenido relacionado
mas sobre este tema|mas informacion|mas sobre|ver tambien|vea tambien|mira tambien|sobre este tema
notas relacionadas|nota relacionada|para saber mas|para leer mas|puedes leer|tambien puedes leer|tambien lee|lea ademas
lee ademas|leer tambien aqui|mas noticias sobre este tema|contenidos relacionados|historias relacionadas
puede interesarle|informacion relacionada|articulo relacionado|noticia relacionada|temas relacionados articulos
leia mais|leia tambem|veja tambem|saiba mais|noticias relacionadas|artigos relacionados|materias relacionadas
confira tambem|leia ainda mais|noticia relacionada|materia relacionada|artigo relacionado|conteudos relacionados
reportagens relacionadas|textos relacionados|mais sobre o assunto|sobre o mesmo tema|para saber mais
conteudo relacionado|mais sobre este assunto|ler mais|leia ainda|ler tambem|leia a seguir|veja mais
leggi anche|leggi di piu|articoli correlati|notizie correlate|contenuti correlati|vedi anche|per approfondire
da leggere anche|guarda anche|articoli collegati|notizie collegate|articolo correlato|notizia correlata
sullo stesso tema|per saperne di piu|approfondisci|approfondimenti|approfondimento|sullo stesso argomento|leggi pure
correlati
اقرا ايضا|اقرا المزيد|اقرا كذلك|اقراوا ايضا|مواضيع ذات صلة|اخبار ذات صلة|ذات صلة|مقالات ذات صلة|موضوعات ذات صلة
موضوعات متعلقة|اخبار متعلقة|مواضيع متعلقة|المزيد حول هذا الموضوع|شاهد ايضا|طالع ايضا|انظر ايضا|روابط ذات صلة
قصص ذات صلة|مقالات متعلقه|اخبار مرتبطة|مواضيع مرتبطة|مقالات مشابهة|اقرا عن|تابع ايضا|موضوع متعلق|مقال متعلق
محتوي ذو صلة|محتوى ذو صلة|تقارير ذات صلة|للمزيد
читаите также|читать также|читаите по теме|по теме|материалы по теме|похожие статьи|похожие материалы
похожие новости|другие материалы по теме|еще на тему|на эту тему|публикации по теме|связанные новости
читаите еще по теме
связанные материалы|смотрите также|еще по теме|подробнее|статьи по теме|новости по теме|см также|читать далее
читать подробнее|читаите еще|ранее по теме
もっと読む|参考記事|関連特集|関連する特集|関連する記事一覧|併せて読みたい|合わせて読みたい記事|あわせて読みたい記事
関連コラム|関連記事はこちら|こちらの記事もおすすめ|関連記事|関連ニュース|関連リンク|関連する記事|あわせて読みたい
合わせて読みたい|こちらもおすすめ|関連|関連コンテンツ|関連トピック記事|関連情報
相关阅读|相关新闻|相关报道|相关文章|延伸阅读|相关链接|关联阅读|推荐阅读
相关内容|相關內容|相关专题|更多相关新闻|更多相關新聞|更多阅读|更多閱讀|相关新闻链接|新闻链接|新聞連結|相关稿件|相关|相關新聞|相關報導|延伸閱讀|相關文章|相關閱讀|關聯閱讀|阅读更多|閱讀更多
यह भी पढ़ें|ये भी पढ़ें|और पढ़ें|संबंधित खबरें|संबंधित समाचार|इसे भी पढ़ें|यह भी पढें|ये भी पढें|सम्बंधित ख़बरें
यह भी देखें|ये भी देखें|इसे भी देखें|और भी पढ़ें|संबंधित खबर|संबंधित लेख|पढ़ें यह भी
ilgili haberler|ilgili haber|ayrica okuyun|bunu da okuyun|benzer haberler|ilgili icerikler
ilgili iceriklere bakin|bunlari da okuyun|sunu da okuyun|ilgili konular haber|daha fazla oku|bunu da oku
lees ook|lees meer|lees verder|meer over dit onderwerp|gerelateerde artikelen|gerelateerd|zie ook|verwante artikelen
ook interessant|lees ook deze artikelen|bekijk ook|meer lezen|gerelateerde berichten
czytaj takze|przeczytaj takze|zobacz takze|czytaj wiecej|powiazane artykuły|zobacz rowniez|czytaj rowniez
podobne artykuły
przeczytaj rowniez|powiazane|wiecej na ten temat|czytaj tez
관련 기사|관련기사|관련 뉴스|관련뉴스|함께 읽기|함께 보면 좋은 기사|더 읽기
baca juga|berita terkait|artikel terkait|lihat juga|simak juga|terkait|baca selengkapnya
las ocksa|las mer|relaterade artiklar|les ogsa|les mer|relaterte saker|lue myos|lue seuraavaksi|lue lisaa
lue aiheesta lisaa|aiheesta lisaa|mer om amnet
mohlo by vas zajimat|prectete si take|souvisejici clanky|souvisejici|ctete take|xem them|tin lien quan
bai viet lien quan
"""
_WITH_MORE = """
more on|more about|read more on|read more about|read more from our|related to|related news on|related stories on
related articles on|related coverage on|related news from|related stories from|related articles from
related coverage from|mehr zum thema|mehr zu
lesen sie mehr zu
mehr uber|en savoir plus sur|plus sur|mas sobre|mais sobre|leia mais sobre|altro su|المزيد عن|المزيد حول|meer over
еще о
"""
_OTHER_WITH_MORE = """
latest from|meistgelesen|more by|more from|most popular|most read|most viewed|popular in|recommended for|read more from
tags|top content|top stories|trending
"""
_OTHER = """
most read|must read|must reads|read this|next up|up next|don t miss|most popular|most viewed|most shared
most commented|most watched
trending|trending now|popular|popular now
trending stories|trending news|trending articles|popular stories|popular articles|popular posts|popular today
recent stories|recent articles|recent posts|latest headlines|our latest stories|picked for you|chosen for you
in case you missed it|sponsored stories|promoted stories|watch now|now playing|just in|breaking news
what others are reading|other stories you might like|editor s choice|show me more|featured stories
top stories|top content|top news|latest|latest news|latest stories|latest articles|recommended|recommended for you
recommended stories|you may like|you may also like|you might like|you might also like|more from|more in|more news
more stories|sponsored|promoted|around the web|from around the web
tags|topics|related topics|related tags|what to read next|editors picks|editor s picks
read more from|more by|das konnte sie auch interessieren|das konnte dich auch interessieren|auch interessant
meistgelesen|meistgelesene artikel|am meisten gelesen|beliebt|neueste|neueste artikel
empfohlen|empfehlungen|schlagworte|themen|les plus lus|a la une|dernieres|populaires
lo mas leido|mas leidas|mas leido|lo ultimo|ultimas noticias|etiquetas|temas|mais lidas|ultimas|piu letti
i piu letti
ultime notizie|الاكثر قراءة|الاكثر مشاهدة|اخر الاخبار|احدث الاخبار|الاكثر رواجا|самое читаемое|популярное
последние новости
главные новости|アクセスランキング|ランキング|新着|新着記事|おすすめ|热门
この記事を読んだ人におすすめ|この記事を読んだ人はこんな記事も読んでいます|記事ランキング|人気記事|人気の記事|よく読まれている記事
あなたにおすすめ|あなたにおすすめの記事|おすすめ記事|新着ニュース
最新|热门新闻|排行|排行榜|热点|ट्रेंडिंग|ताजा खबरें|सबसे ज्यादा पढ़ी
bunlar da ilginizi cekebilir|cok okunanlar|son dakika|son haberler|meest gelezen|laatste nieuws|najczesciej czytane
najnowsze|najpopularniejsze
많이 본 뉴스|인기 기사|최신 기사|terpopuler|terkini|terbaru|populer|mest last|mest lest
"""


# Under a text these name what a feed goes on with, or begin a headline; set into it, they are an editor's.
_INSETS = """
read next|read this next
"""
_INSETS_WITH_COLON = """
see|read|watch|earlier|previously|background|photos|pictures|in pictures|gallery|explained|explainer|analysis|opinion
timeline|siehe|lesen|hintergrund|analyse|kommentar|lire|voir|contexte|lea|lee|leer|ver|vea|mira|contexto|leia|veja
entenda|leggi|guarda|lees|bekijk|czytaj|zobacz|читаите|читать|смотрите|ранее|اقرا|شاهد|oku|okuyun|baca
"""
_EDITORS = re.compile(r"\bredac|\bredak|\bredaz|\beditor|編集|编辑|編輯|редакц")
# "What the editor of this article recommends", but not "what readers of this article read".
_THIS_ARTICLE = re.compile(r"この記事(?!を読んだ|の?ランキング).{0,14}(?:おすすめ|オススメ|関連|読みたい)")
_ON_SITE = re.compile(
    r"(?P<more>(?:more|mehr|plus|mas|mais|altro) )?(?:also |auch )?(?:on|auf|sur|en|em|su|op) "
    r"(?P<site>\w+(?: \w+){0,2})"
)


def normal(text: str) -> str:
    """The text's words alone: compatibility forms, case, accents, vowel signs and punctuation make no difference."""
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    plain = unicodedata.normalize("NFKD", text).casefold().replace("ß", "ss")
    return _NOT_WORD.sub(" ", "".join(c for c in plain if unicodedata.category(c) != "Mn")).strip()


def _phrases(block: str) -> frozenset[str]:
    return frozenset(normal(phrase) for phrase in re.split(r"[|\n]", block) if phrase.strip())


_PICK_PHRASES, _OTHER_PHRASES = _phrases(_PICKS), _phrases(_OTHER)
_STARTS, _OTHER_STARTS = (tuple(f"{phrase} " for phrase in _phrases(block)) for block in (_WITH_MORE, _OTHER_WITH_MORE))
_INSET_PHRASES, _INSET_WITH_COLON = _phrases(_INSETS), _phrases(_INSETS_WITH_COLON)
_WITH_COLON = {"dazu", "mehr", "more", *_INSET_PHRASES}


def kind(text: str, site: str = "") -> Kind | None:
    """What the links under this label are on a site of this name, or None where it is no label."""
    if not text or len(text) > MAX_LABEL:
        return None
    words, has_colon = normal(text), text.rstrip().endswith((":", "："))
    if words in _PICK_PHRASES or (has_colon and words in _WITH_COLON):
        return "picks"
    if words in _INSET_PHRASES or (has_colon and words in _INSET_WITH_COLON):
        return "inset"
    if words in _OTHER_PHRASES or words.startswith(_OTHER_STARTS):
        return "other"
    if (match := _ON_SITE.fullmatch(words)) and len(site) > 1 and site in match["site"].replace(" ", ""):
        # "On Example.com:" stands before an article of the site, "More on Example.com" above all that it has.
        return "other" if match["more"] else "picks" if has_colon else "inset"
    return "picks" if words.startswith(_STARTS) or _THIS_ARTICLE.match(words) else None


def labelled(line: str, site: str = "") -> tuple[Kind, str] | None:
    """What a line such as "Read more: Headline" is labelled, and the headline; None where it is no such line."""
    match = _LABELLED.fullmatch(line) if len(line) < MAX_LINE else None
    title = match[2].strip(" ]") if match else ""
    title = title.removesuffix(")") if line.lstrip().startswith("(") else title
    told = kind(match[1] + ":", site) if match and is_headline(title) else None
    return (told, title) if told and told != "other" else None


def names_editors(text: str) -> bool:
    """Whether a label says itself that editors chose what is under it."""
    return 0 < len(text) <= MAX_LABEL and _EDITORS.search(normal(text)) is not None


def is_fragment(text: str) -> bool:
    """Whether the text is too short for a headline: a button, a date, a section."""
    if text.isascii():
        return len(text) < _SHORTEST or " " not in text
    return len(text) < _SHORTEST_IDEOGRAPHIC


def is_headline(text: str) -> bool:
    """Whether the text can be a headline: neither a word or two nor a paragraph."""
    ends = text.endswith(_SENTENCE_END) and not text.endswith("...")
    return len(text) <= _LONGEST and not ends and not is_fragment(text)


def is_sure_headline(text: str) -> bool:
    """Whether the text is long enough to be a headline where nothing but its place says that it is one."""
    # What begins in lower case was cut out of a sentence.
    whole = is_headline(text) and not text[:1].islower()
    return whole and (len(text.split()) >= _SURE_WORDS or len(text) >= _SURE_LENGTH or not text.isascii())
