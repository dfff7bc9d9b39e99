/** What opens over the page: native dialogs by `data-dialog`, and menus that close when one looks elsewhere. */

function openFor(trigger: HTMLElement): void {
  const dialog = document.getElementById(trigger.dataset["dialog"] ?? "");
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

function closeMenus(except: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

export function startOverlays(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const trigger = target.closest<HTMLElement>("[data-dialog]");
    if (trigger) openFor(trigger);
    if (target.closest("[data-close]")) target.closest("dialog")?.close();
    // A click on the scrim hits the dialog element itself, never one of its children.
    if (target instanceof HTMLDialogElement) {
      const box = target.getBoundingClientRect();
      const inside =
        event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) target.close();
    }
    closeMenus(target.closest("details.menu"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[data-open]")) dialog.showModal();
}
