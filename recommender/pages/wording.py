"""What the pages themselves say, in English and Arabic; the articles speak for themselves in any language."""

from dataclasses import dataclass
from datetime import datetime

from recommender.links import Relation

_RIGHT_TO_LEFT = frozenset(["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"])
_OWN_NAMES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fr": "Français",
    "he": "עברית",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "tr": "Türkçe",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Every sentence of the pages in one language; those with {} are filled in by the views."""

    language: str
    direction: str
    months: tuple[str, ...]
    skip: str
    languages: str
    sections: str
    all_sections: str
    latest: str
    explanation: str
    extent: str
    by: str
    tags: str
    original: str
    picture: str
    photograph: str
    no_text: str
    read_more: str
    by_recommender: str
    by_editors: str
    chosen_note: str
    picked_note: str
    also_picked: str
    also_chosen: str
    agree: str
    differ: str
    no_picks: str
    no_links: str
    fewer_links: str
    percent: str
    relations: dict[Relation, str]
    shares: dict[str, str]
    comma: str
    unknown_title: str
    unknown_text: str
    unbuilt_title: str
    unbuilt_text: str
    to_front: str
    embed: str

    def date(self, moment: datetime) -> str:
        """A day as readers write it."""
        return f"{moment.day} {self.months[moment.month - 1]} {moment.year}"

    def reason(self, label: str | None) -> str | None:
        """A link's label with the words it begins with in this language."""
        for english, own in self.shares.items():
            if label and label.startswith(english):
                return own + label.removeprefix(english).replace(", ", self.comma)
        return label


ENGLISH = Wording(
    language="en",
    direction="ltr",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    skip="Skip to the content",
    languages="Languages",
    sections="Sections",
    all_sections="Front page",
    latest="Latest",
    explanation="A demonstration. Open any article: the links that the recommender chose for it "
    "stand beside the links that editors picked.",
    extent="{articles} articles, indexed on {date}",
    by="By {author}",
    tags="Tags",
    original="Read the original at {host}",
    picture="An abstract picture that stands in for the article’s own",
    photograph="Instead of the photograph: {alt}",
    no_text="The index holds no text for this article.",
    read_more="Read more",
    by_recommender="chosen by the recommender",
    by_editors="picked by the editors",
    chosen_note="The percentage is the estimated chance that an editor would pick the link.",
    picked_note="In the editors’ own order.",
    also_picked="The editors picked it too",
    also_chosen="The recommender chose it too",
    agree="They agree on {both} of {all} links.",
    differ="They chose different links.",
    no_picks="The index holds no links that editors picked for this article, so there is nothing to compare with.",
    no_links="No article in this index is close enough to recommend.",
    fewer_links="No further article in this index is close enough to recommend.",
    percent="{number}%",
    relations={"same_story": "Same story", "follow_up": "What came next", "background": "Background"},
    shares={},
    comma=", ",
    unknown_title="This page is not in the paper",
    unknown_text="There is no such article or section in the index. It may have been removed since the link was made.",
    unbuilt_title="The paper is still being printed",
    unbuilt_text="The index is not built yet. Once “recommender build” has finished, this page shows its articles.",
    to_front="Go to the front page",
    embed="Put such links on your own pages",
)

ARABIC = Wording(
    language="ar",
    direction="rtl",
    months=(
        *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
        *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
    ),
    skip="انتقل إلى المحتوى",
    languages="اللغات",
    sections="الأقسام",
    all_sections="الصفحة الأولى",
    latest="الأحدث",
    explanation="عرض توضيحي. افتح أي مقال تجد الروابط التي اختارها نظام التوصية "
    "إلى جانب الروابط التي اختارها المحررون.",
    extent="عدد المقالات: {articles}، وتاريخ الفهرسة: {date}",
    by="بقلم {author}",
    tags="الوسوم",
    original="اقرأ الأصل على {host}",
    picture="صورة تجريدية بدلًا من صورة المقال",
    photograph="بدلًا من الصورة: {alt}",
    no_text="لا يحتوي الفهرس على نص هذا المقال.",
    read_more="اقرأ المزيد",
    by_recommender="من اختيار نظام التوصية",
    by_editors="من اختيار المحررين",
    chosen_note="النسبة هي الاحتمال المقدر لأن يختار محرر هذا الرابط.",
    picked_note="بترتيب المحررين أنفسهم.",
    also_picked="اختاره المحررون أيضًا",
    also_chosen="اختاره نظام التوصية أيضًا",
    agree="اتفقا على {both} من {all} من الروابط.",
    differ="اختار كل منهما روابط مختلفة.",
    no_picks="لا يحتوي الفهرس على روابط اختارها المحررون لهذا المقال، فلا مجال للمقارنة هنا.",
    no_links="لا يوجد في الفهرس مقال قريب بما يكفي للتوصية به.",
    fewer_links="لا يوجد في الفهرس مقال آخر قريب بما يكفي للتوصية به.",
    percent="{number}٪",
    relations={"same_story": "القصة نفسها", "follow_up": "ما جرى لاحقًا", "background": "خلفية"},
    shares={"Also about: ": "يتناول أيضًا: ", "Also in ": "أيضًا في قسم: "},
    comma="، ",
    unknown_title="هذه الصفحة ليست في الصحيفة",
    unknown_text="لا يوجد في الفهرس مقال أو قسم كهذا، وربما حُذف بعد إنشاء الرابط.",
    unbuilt_title="الصحيفة قيد الطباعة",
    unbuilt_text="لم يُبنَ الفهرس بعد. حين ينتهي الأمر «recommender build» تظهر المقالات هنا.",
    to_front="إلى الصفحة الأولى",
    embed="ضع مثل هذه الروابط في صفحاتك",
)


def wording(language: str | None) -> Wording:
    """The sentences for readers of this language: Arabic ones for Arabic, English ones for all others."""
    return ARABIC if language == "ar" else ENGLISH


def direction(language: str | None) -> str:
    """The `dir` of text in this language; where it is not known the browser looks at the letters."""
    return "auto" if language is None else "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def own_name(language: str) -> str:
    """What a language calls itself; its tag where that is not known here."""
    return _OWN_NAMES.get(language, language)
