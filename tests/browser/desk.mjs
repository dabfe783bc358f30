// A front desk of its own, on a free port, with a clock that stands where the tests want it.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const INFRA = new URL("../../infra", import.meta.url).pathname;
// A Monday morning at the reference clinic.
const NOW = "2026-11-30T09:00:00-05:00";

export class Desk {
  static async open() {
    const binary = process.env.FRONTDESK;
    if (!binary) throw new Error("FRONTDESK names the program: the path of target/debug/frontdesk");
    const data = mkdtempSync(join(tmpdir(), "frontdesk-browser-"));
    const options = ["--infra", INFRA, "local", "--port", "0", "--now", NOW, "--data", data];
    const program = spawn(binary, options, { stdio: ["ignore", "pipe", "ignore"] });
    for await (const line of createInterface({ input: program.stdout })) {
      const found = line.match(/^listening on (\S+)$/);
      if (found) return new Desk(found[1], program, data);
    }
    throw new Error("the front desk did not open");
  }

  constructor(url, program, data) {
    Object.assign(this, { url, program, data });
    program.stdout.resume();
  }

  async close() {
    this.program.kill("SIGTERM");
    await new Promise((ended) => this.program.once("exit", ended));
    rmSync(this.data, { recursive: true });
  }

  async get(path) {
    const answer = await fetch(this.url + path, { headers: { accept: "application/json" } });
    return answer.json();
  }

  async post(path, body, from = "192.0.2.1") {
    const headers = { "content-type": "application/json", accept: "application/json", "x-forwarded-for": from };
    const answer = await fetch(this.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.json();
  }

  // Runs a command of the program on what is stored here.
  run(...command) {
    const { port } = new URL(this.url);
    execFileSync(process.env.FRONTDESK, [...command, "--infra", INFRA, "--local", port]);
  }

  // Runs what has fallen due.
  sweep() {
    return this.post("/_local/clock", { advance: "PT1S" });
  }

  // The first link to that path in the mails of that kind about a reference.
  async mailed(reference, kind, path) {
    for (let tries = 0; tries < 100; tries += 1) {
      const { mails } = await this.get("/_local/outbox");
      const mail = mails.find((one) => one.kind === kind && one.id.includes(reference) || one.kind === kind && one.text.includes(reference));
      const found = mail?.text.match(new RegExp(`${this.url}(${path}\\S*)`));
      if (found) return found[1];
      await new Promise((later) => setTimeout(later, 100));
    }
    throw new Error(`no ${kind} about ${reference} links to ${path}`);
  }
}
