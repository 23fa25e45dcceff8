// The reference compiler and juice, warm and in one process, for the benchmark: each line of standard input is JSON
// {mjml, css, juice: options} and asks for one round, which is answered by its milliseconds.
import { createInterface } from "node:readline";
import juice from "juice";
import mjml from "mjml";

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  const start = performance.now();
  const { html } = mjml(given.mjml, { fonts: {} });
  juice(html, { extraCss: given.css, applyWidthAttributes: false, ...given.juice });
  process.stdout.write(`${performance.now() - start}\n`);
}
