/* Writes newsletter/rendering/mjml_rules.json from the reference implementation of MJML (npm mjml, MIT).

   The compiler we use accepts misspelt attributes, wrong values and wrong nesting in silence; the reference
   implementation knows better. This exports what it knows, so that the lint is data and not our memory.

     npm install --prefix DIR mjml@4.18.0
     node scripts/export_mjml_rules.mjs DIR > newsletter/rendering/mjml_rules.json
*/
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const folder = resolve(process.argv[2] ?? ".");
const load = createRequire(`${folder}/`);
const preset = load("mjml-preset-core");
const colours = load("mjml-core/lib/types/helpers/colors");
const { version } = load("mjml/package.json");
const licence = readFileSync(load.resolve("mjml/package.json").replace("package.json", "LICENSE.md"), "utf8");

/* A regular expression among the children (mj-attributes) means "any component". */
const children = (name) => (preset.dependencies[name] ?? []).map((child) => (child instanceof RegExp ? "*" : child));

const component = ({ endingTag, allowedAttributes }, name) => ({
  holds_text: Boolean(endingTag),
  children: children(name).sort(),
  attributes: Object.fromEntries(Object.entries(allowedAttributes ?? {}).sort()),
});

const components = Object.fromEntries(
  preset.components.map((part) => [part.componentName, component(part, part.componentName)]).sort(),
);
components.mjml = component({}, "mjml");

const rules = {
  about: `Exported from npm mjml ${version} by scripts/export_mjml_rules.mjs; do not edit by hand.`,
  version,
  exported: new Date().toISOString().slice(0, 10),
  licence: licence.trim(),
  colours,
  components,
};
process.stdout.write(`${JSON.stringify(rules, null, 1)}\n`);
