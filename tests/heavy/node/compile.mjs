// Compiles the MJML on standard input with the reference compiler in strict mode; prints {html, errors} as JSON.
import { readFileSync } from "node:fs";
import mjml from "mjml";

const source = readFileSync(0, "utf8");
let answer;
try {
  // The same as ours: nothing is fetched for a font that is only named.
  answer = { html: mjml(source, { validationLevel: "strict", fonts: {} }).html, errors: [] };
} catch (error) {
  answer = { html: "", errors: (error.errors ?? [error]).map((each) => each.formattedMessage ?? each.message) };
}
process.stdout.write(JSON.stringify(answer));
