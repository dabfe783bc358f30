// The function at CloudFront's edge, from the template: what it makes of a request.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const template = await readFile(new URL("../../infra/template.yaml", import.meta.url), "utf8");
const [, resource] = template.split("\n  ToApi:\n");
const code = resource.split("FunctionCode: |\n")[1].split(/\n(?! {8}|\n)/)[0];
const handler = new Function(`${code}\nreturn handler;`)();

function edge(accept, uri = "/articles/one") {
  const headers = accept === undefined ? {} : { accept: { value: accept } };
  return handler({ viewer: { ip: "192.0.2.7" }, request: { uri, headers } });
}

test("the form is the one that is asked for, as the functions choose it", () => {
  for (const [accept, form] of [
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"],
    ["TEXT/HTML", "text/html"],
    ["text/*", "text/html"],
    ["text/markdown", "text/markdown"],
    ["text/markdown, text/html;q=0.9", "text/markdown"],
    ["text/html;q=0.9, text/markdown", "text/markdown"],
    ["text/html;q=0, text/*", "text/markdown"],
    ["text/html; Q = 0, */*", "application/json"],
    ["text/html;q=0", "application/json"],
    ["text/markdownish", "application/json"],
    ["text/htmlish, application/json", "application/json"],
    ["application/json;q=0.5, text/html", "text/html"],
    ["image/png", "application/json"],
    ["*/*", "application/json"],
    ["", "application/json"],
    [undefined, "application/json"],
  ]) {
    assert.equal(edge(accept).headers.accept.value, form, accept);
  }
});

test("the visitor's address is passed on, and links of before lead to the same pages", () => {
  assert.equal(edge("*/*").headers["x-viewer-address"].value, "192.0.2.7");
  for (const [uri, now] of [["/api/bookings/B-1", "/bookings/B-1"], ["/api", "/"], ["/apis", "/apis"], ["/team", "/team"]]) {
    assert.equal(edge("*/*", uri).uri, now);
  }
});
