"""Reads the forms of the articles in the folder that is named, as feed readers and search engines do: the Atom feed by the
rules of RFC 4287 and with PyPI's feedparser, the JSON Feed by a schema of version 1.1, the page's JSON-LD with PyPI's extruct."""

import json
import pathlib
import sys
from urllib.parse import urlsplit
from xml.etree import ElementTree

import extruct
import feedparser
import jsonschema

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = {"type": "string", "format": "date-time"}
URL = {"type": "string", "format": "uri", "pattern": "^https?://"}
TEXT = {"type": "string", "minLength": 1}

# https://www.jsonfeed.org/version/1.1/
AUTHOR = {"type": "object", "properties": {"name": TEXT, "url": URL, "avatar": URL}, "minProperties": 1, "additionalProperties": False}
ITEM = {
    "type": "object",
    "required": ["id"],
    "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
    "properties": {
        "id": TEXT, "url": URL, "external_url": URL, "title": TEXT, "content_html": TEXT, "content_text": TEXT,
        "summary": TEXT, "image": URL, "banner_image": URL, "date_published": DATE, "date_modified": DATE,
        "authors": {"type": "array", "items": AUTHOR}, "tags": {"type": "array", "items": TEXT}, "language": TEXT,
        "attachments": {"type": "array"},
    },
    "additionalProperties": False,
}
FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"}, "title": TEXT, "home_page_url": URL, "feed_url": URL,
        "description": TEXT, "user_comment": TEXT, "next_url": URL, "icon": URL, "favicon": URL, "authors": {"type": "array", "items": AUTHOR},
        "language": TEXT, "expired": {"type": "boolean"}, "hubs": {"type": "array"}, "items": {"type": "array", "items": ITEM, "minItems": 1},
    },
    "additionalProperties": False,
}


def absolute(address):
    parts = urlsplit(address)
    assert parts.scheme in ("http", "https") and parts.netloc, f"{address} is not absolute"


def one(parent, name):
    found = parent.findall(ATOM + name)
    assert len(found) == 1 and (found[0].text or "").strip(), f"{parent.tag}: one {name}, with text"
    return found[0].text


def moment(text):
    jsonschema.validate(text, DATE, format_checker=jsonschema.FormatChecker())


def links(parent):
    """The links by what they are. Of one kind, type and language there is one (RFC 4287, 4.1.1 and 4.1.2)."""
    found = {}
    for link in parent.findall(ATOM + "link"):
        absolute(link.attrib["href"])
        kind = (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
        assert kind not in found, f"two links of {kind}"
        found[kind] = link.attrib["href"]
    return {rel: href for (rel, _, _), href in found.items()}


def atom(text):
    feed = ElementTree.fromstring(text)
    assert feed.tag == ATOM + "feed"
    absolute(one(feed, "id"))
    one(feed, "title")
    moment(one(feed, "updated"))
    assert links(feed)["self"] == one(feed, "id")
    entries = feed.findall(ATOM + "entry")
    ids = [one(entry, "id") for entry in entries]
    assert entries and len(set(ids)) == len(ids), "each entry has an id of its own"
    for entry in entries:
        absolute(one(entry, "id"))
        one(entry, "title")
        moment(one(entry, "updated"))
        moment(one(entry, "published"))
        assert links(entry)["alternate"]
        assert all(one(author, "name") for author in entry.findall(ATOM + "author")) and entry.find(ATOM + "author") is not None
        content = entry.findall(ATOM + "content")
        assert len(content) == 1 and content[0].get("type") == "html" and content[0].text
        assert all(category.get("term") for category in entry.findall(ATOM + "category"))
        no_relative_addresses(content[0].text)
    read = feedparser.parse(text)
    assert not read.bozo, read.get("bozo_exception")
    assert [entry.id for entry in read.entries] == ids


def no_relative_addresses(html):
    for name in ('href="/', 'src="/', 'srcset="/'):
        assert name not in html, f"a relative address: {name}"


def json_feed(text):
    feed = json.loads(text)
    jsonschema.Draft202012Validator(FEED, format_checker=jsonschema.FormatChecker()).validate(feed)
    for item in feed["items"]:
        no_relative_addresses(item["content_html"])


def page(html, website):
    [data] = extruct.extract(html, base_url=website, syntaxes=["json-ld"])["json-ld"]
    by_type = {node["@type"]: node for node in data["@graph"]}
    for kind in ("MedicalWebPage", "BreadcrumbList", "MedicalClinic", "Person"):
        assert kind in by_type, kind
    article = by_type["MedicalWebPage"]
    people = [node["@id"] for node in data["@graph"] if node["@type"] == "Person"]
    assert article["author"]["@id"] in people and article["reviewedBy"]["@id"] in people and article["lastReviewed"]
    assert by_type["MedicalClinic"]["potentialAction"]["@type"] == "ReserveAction"
    absolute(by_type["MedicalClinic"]["potentialAction"]["target"]["urlTemplate"])
    opengraph = dict(extruct.extract(html, base_url=website, syntaxes=["opengraph"])["opengraph"][0]["properties"])
    for name in ("og:title", "og:type", "og:url", "og:image", "og:description"):
        assert opengraph.get(name), name
    absolute(opengraph["og:image"])


def main():
    folder = pathlib.Path(sys.argv[1])
    read = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    atom(read["feed.atom"])
    json_feed(read["feed.json"])
    page(read["article.html"], "https://feetfirst.example")
    print(f"{len(read)} forms of the articles, read back")


main()
