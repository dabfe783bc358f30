import { card } from "./articles.js";
import { day, element, get } from "./page.js";

const place = document.getElementById("article");
const slug = new URLSearchParams(location.search).get("slug") ?? "gut-health-and-foot-pain";

try {
  const article = await get(`/articles/${encodeURIComponent(slug)}`);
  document.title = `${article.title} – Feet First Clinic`;
  // The API renders the text from Markdown, with raw HTML escaped.
  const text = element("div");
  text.innerHTML = article.html;
  const { image, call_to_action: call } = article;
  const credit = image.credit ? ` Photograph: ${image.credit.name}.` : "";
  const caption = image.caption ? `${image.caption}.` : "";
  const figure = element("figure", {},
    element("img", { src: image.src, alt: image.alt, width: image.width, height: image.height }),
    ...(caption || credit ? [element("figcaption", {}, caption + credit)] : []));
  const names = { facebook: "Facebook", x: "X", linkedin: "LinkedIn", email: "Email" };
  const share = element("p", { class: "share" }, "Share: ",
    ...Object.entries(names).map(([id, name]) => element("a", { href: article.share[id], rel: "noopener" }, name)));
  const contents = element("nav", { "aria-label": "Contents" }, element("ol", {},
    ...article.contents.map(({ id, title }) => element("li", {}, element("a", { href: `#${id}` }, title)))));
  const box = element("aside", { class: "box" },
    element("h2", {}, call.title), element("p", {}, call.text),
    element("p", {}, element("a", { href: call.phone_url }, `Call ${call.phone}`), " or ",
      element("a", { href: "/booking.html" }, "book an assessment online")));
  const related = element("section", {}, element("h2", {}, "Related posts"),
    element("ol", { class: "cards" }, ...article.related.map(card)));
  place.replaceChildren(share, element("h1", {}, article.title),
    element("p", { class: "hint" }, `${article.author.name} · ${day(article.published_at)} · ${article.reading_minutes} min`),
    figure, ...(article.contents.length > 2 ? [contents] : []), text, box, related);
  if (location.hash) document.querySelector(location.hash)?.scrollIntoView();
} catch {
  place.replaceChildren(element("h1", {}, "This article is not here"),
    element("p", {}, element("a", { href: "/" }, "All articles")));
}
