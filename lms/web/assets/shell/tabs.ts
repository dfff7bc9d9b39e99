/** Tabs by the ARIA pattern: arrows, Home and End move and choose; only the chosen tab is in the tab order. */

function tabsOf(list: Element): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
}

function choose(chosen: HTMLElement, tabs: HTMLElement[]): void {
  for (const tab of tabs) {
    const isChosen = tab === chosen;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !isChosen;
  }
}

function goalOf(key: string, index: number, count: number): number | null {
  switch (key) {
    case "ArrowRight":
      return (index + 1) % count;
    case "ArrowLeft":
      return (index + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

export function startTabs(): void {
  document.addEventListener("click", (event) => {
    const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
    const list = tab?.closest('[role="tablist"]');
    if (tab && list) choose(tab, tabsOf(list));
  });
  document.addEventListener("keydown", (event) => {
    const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
    const list = tab?.closest('[role="tablist"]');
    if (!tab || !list) return;
    const tabs = tabsOf(list);
    const goal = goalOf(event.key, tabs.indexOf(tab), tabs.length);
    const next = goal === null ? undefined : tabs[goal];
    if (!next) return;
    event.preventDefault();
    choose(next, tabs);
    next.focus();
  });
}
