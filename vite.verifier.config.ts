import { createHash } from "node:crypto";
import { fileURLToPath, URL } from "node:url";

import { defineConfig, type Plugin } from "vite";

/**
 * The page that checks papers offline, as one file: script and style stand in it, and its own policy lets nothing else
 * run and nothing out. It works from a disk, so nothing may be fetched.
 */
function oneFile(): Plugin {
  return {
    name: "one-file",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle["verifier.html"];
      const parts = Object.values(bundle);
      const script = parts.find((part) => part.type === "chunk" && part.isEntry);
      const style = parts.find((part) => part.type === "asset" && part.fileName.endsWith(".css"));
      if (page?.type !== "asset" || script?.type !== "chunk" || style?.type !== "asset") {
        this.error("the page, its script and its style sheet were expected");
      }
      // What would end the element must not stand in it.
      const code = script.code.trim().replaceAll("</script", "<\\/script");
      const css = String(style.source).trim();
      const policy = `default-src 'none'; script-src '${digest(code)}'; style-src '${digest(css)}'; base-uri 'none'; form-action 'none'`;
      page.source = String(page.source)
        .replace(/\s*<script[^>]*><\/script>/, "")
        .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${css}</style>`)
        .replace("</body>", () => `<script type="module">${code}</script>\n  </body>`)
        .replace(
          '<meta charset="utf-8">',
          (charset) => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`,
        );
      for (const name of Object.keys(bundle)) if (name !== "verifier.html") delete bundle[name];
    },
  };
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

const root = fileURLToPath(new URL("lms/web/assets/verifier", import.meta.url));

export default defineConfig({
  root,
  base: "./",
  publicDir: false,
  plugins: [oneFile()],
  build: {
    outDir: fileURLToPath(new URL("var/build", import.meta.url)),
    emptyOutDir: false,
    target: ["chrome87", "firefox78", "safari14"],
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: { input: `${root}/verifier.html` },
  },
});
