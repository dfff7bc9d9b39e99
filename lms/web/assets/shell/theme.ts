/** Light or dark. The choice is a cookie that the server puts on <html>, so no page flashes in the other one. */

const YEAR_S = 365 * 24 * 3600;
const BAR = { light: "#ffffff", dark: "#131b20" };

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function choose(theme: "light" | "dark"): void {
  document.documentElement.dataset["theme"] = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.content = BAR[theme];
    meta.removeAttribute("media");
  }
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}

export function startTheme(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-theme-toggle]")) choose(isDark() ? "light" : "dark");
  });
}
