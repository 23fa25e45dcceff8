// nodemailer for bench/send.py: a pool of connections, a message built for each recipient.
// node peer.mjs PORT COUNT HTML_FILE TEXT_FILE CONNECTIONS [DKIM_KEY_FILE]
import { readFileSync } from "node:fs";
import nodemailer from "nodemailer";

const [port, count, html, text, connections, key] = process.argv.slice(2);
const [bodyHtml, bodyText] = [html, text].map((file) => readFileSync(file, "utf8"));
const transport = nodemailer.createTransport({
  host: "127.0.0.1",
  port: Number(port),
  secure: false,
  ignoreTLS: true,
  pool: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
  ...(key && { dkim: { domainName: "office.example", keySelector: "s1", privateKey: readFileSync(key, "utf8") } }),
});

const begun = performance.now();
const one = (number) =>
  transport.sendMail({
    from: "bulletin@office.example",
    to: `reader${number}@body.example`,
    subject: "November",
    messageId: `<${number}@office.example>`,
    headers: {
      "List-Unsubscribe": `<https://bulletin.office.example/u/${number}-0123456789abcdef>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
    text: bodyText,
    html: bodyHtml,
  });
let next = 0;
const worker = async () => {
  while (next < Number(count)) await one(next++);
};
await Promise.all(Array.from({ length: Number(connections) * 2 }, worker));
const seconds = (performance.now() - begun) / 1000;
transport.close();
console.log(JSON.stringify({ seconds, rss: process.memoryUsage().rss / 2 ** 20 }));
