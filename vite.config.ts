import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath, URL } from "node:url";

import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/**
 * Every `*.ts` directly in an app's `assets` folder is an entry; folders beside it hold what entries share.
 * A plugin's TypeScript is thus built by being there. Templates name it by path:
 * `{% vite_asset "media/assets/player.ts" %}`.
 */
function entries(): string[] {
  const apps = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map((entry) => `${entry.name}/assets`);
  return ["lms/web/assets", ...apps]
    .filter((folder) => existsSync(`${root}${folder}`))
    .flatMap((folder) =>
      readdirSync(`${root}${folder}`)
        .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
        .map((file) => `${folder}/${file}`),
    );
}

export default defineConfig({
  root,
  // Relative, so that the files work under any STATIC_URL and from a CDN.
  base: "./",
  publicDir: false,
  resolve: { alias: { "@lms": fileURLToPath(new URL("lms/web/assets/lib", import.meta.url)) } },
  build: {
    outDir: "var/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    // Phones that schools hand down: the web views of 2021.
    target: ["chrome87", "firefox78", "safari14"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: entries() },
  },
});
