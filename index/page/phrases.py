"""The words above lists of links, in the languages that news are most read in: accents and case make no difference."""

PICKS = """
read more|read also|also read|related|from the archives|from our archives|from the archive|more to read
additional reading|previous coverage|earlier coverage|you should also read|dive deeper|related topics articles
see also|further reading|more like this|also see|on this topic|go deeper|dig deeper|read more here|also of interest
similar articles|similar stories|similar posts|more stories like this
lesen sie auch|lesen sie mehr|lesen sie dazu|lesen sie hier|lesen sie mehr zum thema|lesen sie dazu auch
lesen sie auch diese artikel|lies auch|lesen sie weiter|mehr zum thema|mehr zu diesem thema|mehr dazu|zum thema
passend zum thema|passend zum artikel|passend dazu|siehe auch|weitere artikel zum thema|weiterfuhrende artikel
weiterfuhrende links|verwandte artikel
verwandte themen artikel|ahnliche artikel|ahnliche beitrage|verwandte beitrage|lesetipps|lesetipp
lesen sie zum thema|beitrage zum thema|weitere beitrage zum thema|artikel zum thema|weitere informationen zum thema
mehr zum artikel
lesen sie dazu mehr|lesen sie auch zum thema|auch lesenswert|weitere texte zum thema|mehr aus diesem themenbereich
zum weiterlesen|weiterlesen zum thema|links zum thema|mehr hierzu
dazu passend|mehr lesen|mehr uber
lire aussi|la redaction vous conseille|a lire aussi|lire egalement|a lire egalement|lire plus|sur le meme sujet
sur le meme theme|voir aussi
articles lies|a lire|articles associes|article associe|articles similaires|pour aller plus loin|a voir aussi
lisez aussi|a lire sur le sujet|a lire sur ce sujet|a ce sujet|sur ce sujet|notre dossier|lire notre dossier
lire le dossier|voir egalement|lire sur le sujet|pour en savoir plus|pour aller plus loin sur le sujet
nos articles lies|contenus lies|dans le meme dossier|articles connexes
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
читаите еще по теме|читаите на эту тему|материал по теме|подробнее по теме|главное по теме|читать по теме
связанные материалы|смотрите также|еще по теме|подробнее|статьи по теме|новости по теме|см также|читать далее
читать подробнее|читаите еще|ранее по теме
もっと読む|参考記事|関連特集|関連する特集|関連する記事一覧|併せて読みたい|合わせて読みたい記事|あわせて読みたい記事
関連コラム|関連記事はこちら|こちらの記事もおすすめ|関連リンク|関連する記事|あわせて読みたい
合わせて読みたい|こちらもおすすめ|関連|関連コンテンツ|関連トピック記事|関連情報
相关链接|关联阅读|推荐阅读|相关内容|相關內容|相关专题|更多阅读|更多閱讀|相关新闻链接
新闻链接|新聞連結|相关稿件|相关|相關文章|相關閱讀|關聯閱讀|阅读更多|閱讀更多
यह भी पढ़ें|ये भी पढ़ें|और पढ़ें|संबंधित खबरें|संबंधित समाचार|इसे भी पढ़ें|यह भी पढें|ये भी पढें|सम्बंधित ख़बरें
यह भी देखें|ये भी देखें|इसे भी देखें|और भी पढ़ें|संबंधित खबर|संबंधित लेख|पढ़ें यह भी
ilgili haberler|ilgili haber|ayrica okuyun|bunu da okuyun|benzer haberler|ilgili icerikler
ilgili iceriklere bakin|bunlari da okuyun|sunu da okuyun|ilgili konular haber|daha fazla oku|bunu da oku
lees ook|lees meer|lees verder|meer over dit onderwerp|gerelateerde artikelen|gerelateerd|zie ook|verwante artikelen
ook interessant|lees ook deze artikelen|bekijk ook|meer lezen|gerelateerde berichten
czytaj takze|przeczytaj takze|zobacz takze|czytaj wiecej|powiazane artykuły|zobacz rowniez|czytaj rowniez
podobne artykuły|przeczytaj rowniez|powiazane|wiecej na ten temat|czytaj tez
관련 뉴스|관련뉴스|함께 읽기|함께 보면 좋은 기사|더 읽기
baca juga|berita terkait|artikel terkait|lihat juga|simak juga|terkait|baca selengkapnya
las ocksa|las mer|relaterade artiklar|les ogsa|les mer|relaterte saker|lue myos|lue seuraavaksi|lue lisaa
lue aiheesta lisaa|aiheesta lisaa|mer om amnet
mohlo by vas zajimat|prectete si take|souvisejici clanky|souvisejici|ctete take|xem them|tin lien quan
bai viet lien quan
เรื่องที่เกี่ยวข้อง|ข่าวที่เกี่ยวข้อง|ข่าวเกี่ยวข้อง|บทความที่เกี่ยวข้อง|อ่านเพิ่มเติม|อ่านข่าวเพิ่มเติม|อ่านประกอบ
"""
"""The whole label of editors' picks."""

WITH_MORE = """
read more on|read more about|read more from our|related to|related news on|related stories on
related articles on|related coverage on|related news from|related stories from|related articles from
related coverage from|mehr zum thema|lesen sie mehr zu
"""
"""What such a label begins with."""

INSETS_WITH_MORE = """
more on|more about|mehr zu|mehr uber|en savoir plus sur|plus sur|mas sobre|mais sobre|leia mais sobre|altro su
المزيد عن|المزيد حول|meer over|еще о
"""
"""What a label begins with that, without a colon, stands as often above all that a section has."""

OTHER_WITH_MORE = """
latest from|meistgelesen|more by|more from|most popular|most read|most viewed|popular in|recommended for|read more from
tags|top content|top stories|trending
"""
"""What the label of another list begins with."""

OTHER = """
most read|must read|must reads|read this|next up|up next|don t miss|most popular|most viewed|most shared
most commented|most watched
trending|popular|popular now
popular stories|popular articles|popular posts|popular today
recent stories|recent articles|recent posts|latest headlines|our latest stories|picked for you|chosen for you
in case you missed it|sponsored stories|promoted stories|watch now|now playing|just in|breaking news
what others are reading|other stories you might like|editor s choice|show me more|featured stories
top stories|top content|top news|latest|latest news|latest stories|latest articles|recommended
recommended stories|you may like|you may also like|you might like|you might also like|more from|more in|more news
more stories|sponsored|promoted|around the web|from around the web
tags|topics|what to read next|editors picks|editor s picks
read more from|more by|das konnte sie auch interessieren|das konnte dich auch interessieren|auch interessant
meistgelesen|meistgelesene artikel|am meisten gelesen|beliebt|neueste|neueste artikel
empfohlen|empfehlungen|schlagworte|themen|les plus lus|a la une|dernieres|populaires
mehr aus dem ressort|mehr news|weitere meldungen|weitere nachrichten|neueste nachrichten|aktuelle nachrichten|topthemen
ebenfalls interessant|en continu|en ce moment|dernieres actualites|articles recents|vous aimerez aussi
contenus sponsorises
lo mas visto|mas noticias|destacados|recomendados|mas vistas|ultimas noticias|mais noticias|destaques|mais vistas
piu lette|in evidenza|altre notizie|ultime news|новости партнеров|сеичас читают|рекомендуем|другие новости|главное
лента новостеи|выбор редакции|polecane|polecamy|popularne
lo mas leido|mas leidas|mas leido|lo ultimo|etiquetas|temas|mais lidas|ultimas|piu letti
i piu letti
ultime notizie|الاكثر قراءة|الاكثر مشاهدة|اخر الاخبار|احدث الاخبار|الاكثر رواجا|самое читаемое|популярное
последние новости
главные новости|アクセスランキング|ランキング|新着|新着記事|おすすめ|热门
この記事を読んだ人におすすめ|この記事を読んだ人はこんな記事も読んでいます|記事ランキング|人気記事|人気の記事
よく読まれている記事|こんな記事も読まれています|注目の記事|注目記事|猜你喜欢|大家都在看|为你推荐|编辑推荐
あなたにおすすめ|あなたにおすすめの記事|おすすめ記事|新着ニュース
最新|热门新闻|排行|排行榜|热点|ट्रेंडिंग|ताजा खबरें|सबसे ज्यादा पढ़ी
bunlar da ilginizi cekebilir|cok okunanlar|son dakika|son haberler|meest gelezen|laatste nieuws|najczesciej czytane
najnowsze|najpopularniejsze
많이 본 뉴스|인기 기사|최신 기사|terpopuler|terkini|terbaru|populer|mest last|mest lest
"""
"""The whole label of another list: what is read most, what is new, what a machine or a sponsor chose."""

INSETS = """
read next|read this next|le puede interesar|le puede interesar tambien|tambien le puede interesar
tambien te puede interesar|te podria interesar|podria interesarte|te recomendamos|te recomendamos leer
ti potrebbe interessare|ti potrebbe interessare anche|potrebbe interessarti|potrebbe interessarti anche
ilginizi cekebilir|قد يهمك|قد يهمك ايضا
"""
"""Under a text these name what a feed goes on with; set into it, they are an editor's."""

INSETS_WITH_COLON = """
earlier|previously|background|photos|pictures|in pictures|gallery|explained|explainer|analysis|opinion
don t miss|must read|in case you missed it|timeline|hintergrund|analyse|kommentar|contexte|contexto|entenda|ранее
"""
"""What before a headline, after a paragraph, makes a link of it an editor's; elsewhere it begins a headline."""

RELATED_AT_END = """
関連記事|関連ニュース|相关阅读|相关新闻|相关报道|相关文章|相關新聞|相關報導|延伸阅读|延伸閱讀|관련 기사|관련기사
"""
"""Where no spaces part words, what is related to what, or who chose it, may stand before these."""
