import { day, element, get } from "./page.js";

export function card(article) {
  const address = `/article.html?slug=${encodeURIComponent(article.slug)}`;
  const { src, width, height } = article.image;
  return element(
    "li", {},
    element("img", { src, width, height, alt: "", loading: "lazy" }),
    element("div", {},
      element("h2", {}, element("a", { href: address }, article.title)),
      element("p", {}, article.summary),
      element("p", { class: "hint" }, `${day(article.published_at)} · ${article.reading_minutes} min`)),
  );
}

const list = document.getElementById("articles");
if (list) {
  try {
    const { articles } = await get("/articles");
    list.replaceChildren(...articles.map(card));
  } catch {
    list.replaceChildren(element("li", {}, "The articles cannot be loaded at the moment. Please try again."));
  }
}
