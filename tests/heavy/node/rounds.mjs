// The reference compiler and juice, warm and in one process, a round for each line of standard input.
// The first line is JSON {mjml, css}; each further line asks for one round and is answered by its milliseconds.
import { createInterface } from "node:readline";
import juice from "juice";
import mjml from "mjml";

let input;
for await (const line of createInterface({ input: process.stdin })) {
  if (!input) {
    input = JSON.parse(line);
    continue;
  }
  const start = performance.now();
  const { html } = mjml(input.mjml, { fonts: {} });
  // As we ask premailer: our sheet is written into the elements, the head's own styles stay as they are.
  juice(html, { extraCss: input.css, applyStyleTags: false, removeStyleTags: false, applyWidthAttributes: false });
  process.stdout.write(`${performance.now() - start}\n`);
}
