"""What the page about embedding says, in English and Arabic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Every sentence of the page in one language."""

    language: str
    direction: str
    title: str
    intro: str
    about: str
    unbuilt: str
    unlinked: str
    live: str
    element: str
    element_text: str
    attributes: dict[str, str]
    element_holds: str
    reserve: str
    lines: str
    event: str
    included: str
    included_text: str
    included_empty: str
    both: str
    feed: str
    feed_text: str
    policy: str
    policy_text: str


ENGLISH = Wording(
    language="en",
    direction="ltr",
    title="“Read more” on your pages",
    intro="Three ways to show the links: an element for any page, a piece of HTML for pages that are put together on "
    "the server, and a feed. Click a snippet to select it.",
    about="The examples are live. They are about the article",
    unbuilt="Nothing is built yet, so there are no live examples. Once “recommender build” has finished, "
    "reload this page.",
    unlinked="None of the newest articles has links, so there are no live examples.",
    live="Live",
    element="The element",
    element_text="One script and one tag. It finds the page by its canonical link, else by its address; asks when it "
    "comes near the window; and writes an ordinary list into the page, which your own styles and dark mode apply to.",
    attributes={
        "count": "how many links at most; 3",
        "article-id, url": "which article, where it is not the page’s own address",
        "page-title": "its headline, for links before the page is indexed",
        "heading": "what stands above the links",
        "language, section": "only links in these",
        "images": "show pictures too, loaded when they come into view",
        "api": "where the service is, if not where the script is",
    },
    element_holds="What the element holds stays where no answer comes within three seconds, or none that helps. "
    "Put links there, or nothing.",
    reserve="So that nothing moves even before the script has run, keep the space in your own style sheet:",
    lines="two lines a link and four around them; with images 5em a link",
    event="Log what was shown yourself. Nothing else is told to anybody:",
    included="The piece of HTML",
    included_text="For pages that must work without scripts. It takes what /v1/related takes, and a heading; "
    "here for nginx, with Edge Side Includes after it:",
    included_empty="Where there are no links the answer is empty, and where something is wrong too, with status 404, "
    "422, 429 or 503. The same question to /v1/related says what is wrong.",
    both="Both together: links that are there at once, and replaced by newer ones when a reader comes near:",
    feed="The feed",
    feed_text="RSS 2.0, for newsletters and other software:",
    policy="Content Security Policy",
    policy_text="The element needs the two lines below, and img-src for your pictures if you ask for images. "
    "It uses no inline styles and no inline scripts, so style-src needs nothing. This page itself runs under "
    "default-src 'none' with 'self' for the rest.",
)

ARABIC = Wording(
    language="ar",
    direction="rtl",
    title="«اقرأ المزيد» في صفحاتك",
    intro="ثلاث طرق لعرض الروابط: عنصر لأي صفحة، وقطعة HTML للصفحات التي تُجمع على الخادم، وخلاصة. "
    "انقر على أي مثال لتحديده.",
    about="الأمثلة حية، وهي عن المقال",
    unbuilt="لم يُبنَ الفهرس بعد، فلا أمثلة حية هنا. حين ينتهي الأمر «recommender build» أعد تحميل الصفحة.",
    unlinked="لا روابط لأي من أحدث المقالات، فلا أمثلة حية هنا.",
    live="مثال حي",
    element="العنصر",
    element_text="نص برمجي واحد ووسم واحد. يعرف الصفحة من رابطها الأساسي وإلا فمن عنوانها، ويسأل حين يقترب من النافذة، "
    "ويكتب في الصفحة قائمة عادية تنطبق عليها أنماطك ووضعك الداكن.",
    attributes={
        "count": "أقصى عدد للروابط، وهو 3 ما لم تحدده",
        "article-id, url": "المقال المقصود، إن لم يكن عنوان الصفحة نفسها",
        "page-title": "عنوان المقال، لتظهر الروابط قبل فهرسة الصفحة",
        "heading": "ما يُكتب فوق الروابط",
        "language, section": "روابط من هذه اللغة أو هذا القسم فقط",
        "images": "عرض الصور أيضًا، وتُحمَّل عند ظهورها",
        "api": "موضع الخدمة، إن لم يكن موضع النص البرمجي",
    },
    element_holds="يبقى ما في داخل العنصر إن لم يصل جواب خلال ثلاث ثوان أو لم يكن فيه ما يفيد. "
    "ضع فيه روابط، أو اتركه فارغًا.",
    reserve="كي لا يتحرك شيء حتى قبل تشغيل النص البرمجي، احجز المساحة في ورقة أنماطك:",
    lines="سطران لكل رابط وأربعة حولها، ومع الصور 5em لكل رابط",
    event="سجل بنفسك ما عُرض، فلا يُبلَّغ أحد بشيء غير ذلك:",
    included="قطعة HTML",
    included_text="للصفحات التي يجب أن تعمل دون نصوص برمجية. تقبل ما يقبله ‎/v1/related وعنوانًا، "
    "وهذا مثالها في nginx ثم في Edge Side Includes:",
    included_empty="إن لم توجد روابط فالجواب فارغ، وكذلك عند أي خطأ، ورمز الحالة حينئذ 404 أو 422 أو 429 أو 503. "
    "والسؤال نفسه إلى ‎/v1/related يبين الخطأ.",
    both="الطريقتان معًا: روابط حاضرة فورًا، تحل محلها روابط أحدث حين يقترب القارئ:",
    feed="الخلاصة",
    feed_text="بصيغة RSS 2.0 للنشرات البريدية وغيرها من البرامج:",
    policy="سياسة أمان المحتوى (CSP)",
    policy_text="يحتاج العنصر إلى السطرين أدناه، وإلى img-src لصورك إن طلبت الصور. لا يستخدم أنماطًا ولا نصوصًا برمجية "
    "مضمنة، فلا يلزم شيء في style-src. وهذه الصفحة نفسها تعمل تحت default-src 'none' مع 'self' لما سواه.",
)


def wording(language: str | None) -> Wording:
    """The sentences for readers of this language: Arabic ones for Arabic, English ones for all others."""
    return ARABIC if language == "ar" else ENGLISH
