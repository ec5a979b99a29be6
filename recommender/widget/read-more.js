// <read-more></read-more>: the links of the page it stands on. No dependency, no cookie, nothing stored.
const TIME_LIMIT = 3000;
const NEAR = "600px";
const WEB = /^https?:\/\//i;
const HEADINGS = new Map([["ar", "اقرأ المزيد"]]);
const home = new URL(".", import.meta.url);
const asked = new WeakSet();

// Without specificity, so that whatever the page says wins, and without colours, so that they are the page's own.
// A sheet made by a script is one that style-src 'self' allows.
const STYLE = `
:where(read-more) { display: flow-root }
:where(read-more:not([data-settled])) {
  min-block-size: calc(4lh + var(--read-more-count, 3) * var(--read-more-row, 2lh)) }
:where(read-more[images]) { --read-more-row: 5em }
:where(read-more[images] ul) { list-style: none; padding: 0 }
:where(read-more[images] li) { min-block-size: 4em; margin-block: .75em }
:where(read-more[images] a) { display: flex; gap: .75em; align-items: start }
:where(read-more img) { inline-size: 6em; block-size: 4em; object-fit: cover; flex: none }`;

const count = (element) => Math.min(Math.max(parseInt(element.getAttribute("count"), 10) || 3, 1), 50);

function question(element) {
  const given = (name) => element.getAttribute(name);
  const query = new URLSearchParams({ k: count(element) });
  const canonical = document.querySelector('link[rel~="canonical"]')?.href;
  if (given("article-id")) query.set("id", given("article-id"));
  else query.set("url", new URL(given("url") || canonical || location.href, document.baseURI));
  if (given("page-title")) query.set("title", given("page-title"));
  for (const name of ["language", "section"]) if (given(name)) query.set(name, given(name));
  const api = given("api") ? new URL(given("api").replace(/\/*$/, "/"), document.baseURI) : home;
  return new URL(`v1/related?${query}`, api);
}

async function answer(element) {
  const control = new AbortController();
  const limit = setTimeout(() => control.abort(), TIME_LIMIT);
  try {
    const response = await fetch(question(element), { signal: control.signal, credentials: "omit" });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  } finally {
    clearTimeout(limit);
  }
}

const isText = (value) => typeof value === "string" && value !== "";
const isWeb = (value) => isText(value) && WEB.test(value);

function make(name, properties, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

function picture({ src, width, height, alt }) {
  const image = make("img", { loading: "lazy", decoding: "async", alt: isText(alt) ? alt : "" });
  if (width && height) Object.assign(image, { width, height });
  image.src = src;
  return image;
}

function entry(item, images) {
  if (!isText(item.title) || !isWeb(item.url)) throw new TypeError("no link");
  new URL(item.url); // throws, too, where it leads nowhere
  const link = make("a", { href: item.url, dir: "auto" });
  if (isText(item.language)) link.lang = item.language;
  if (images && isWeb(item.image?.src)) link.append(picture(item.image));
  link.append(images ? make("span", { textContent: item.title }) : item.title);
  return make("li", {}, link);
}

// Each link is made by itself: one that cannot be is left out, and the others are shown.
function made(element, { items }) {
  const images = element.hasAttribute("images");
  const links = (Array.isArray(items) ? items : []).flatMap((item) => {
    try {
      return [{ item, node: entry(item, images) }];
    } catch {
      return [];
    }
  });
  return links.slice(0, count(element));
}

function list(element, entries, language) {
  const heading = element.getAttribute("heading") || HEADINGS.get(language) || "Read more";
  const nav = make("nav", { className: "read-more" }, make("h2", { textContent: heading }), make("ul", {}, ...entries));
  nav.setAttribute("aria-label", heading);
  return nav;
}

async function load(element) {
  near.unobserve(element);
  if (asked.has(element)) return;
  asked.add(element);
  const said = (await answer(element)) ?? {};
  const links = made(element, said);
  // What is in view must not move: space to spare is given back only below it.
  if (element.getBoundingClientRect().top < innerHeight) element.style.minBlockSize = `${element.offsetHeight}px`;
  element.dataset.settled = "";
  // What the element holds stays where there is nothing better, and where the reader's focus is in it.
  if (!links.length || element.contains(document.activeElement)) return;
  element.replaceChildren(list(element, links.map((link) => link.node), said.source?.language));
  const detail = { ...said, items: links.map((link) => link.item) };
  element.dispatchEvent(new CustomEvent("read-more:loaded", { bubbles: true, detail }));
}

const near = new IntersectionObserver(
  (seen) => seen.forEach((one) => one.isIntersecting && load(one.target)),
  { rootMargin: NEAR },
);

class ReadMore extends HTMLElement {
  connectedCallback() {
    if (asked.has(this)) return;
    this.style.setProperty("--read-more-count", count(this));
    near.observe(this);
  }
}

if (!customElements.get("read-more")) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  } catch {
    // A browser too old for such sheets shows the links all the same.
  }
  customElements.define("read-more", ReadMore);
}
