/** An activity that gets on without a new page tells the page around it, which asks the server what is true now. */
export const PROGRESS = "activity-progress";

export function tellProgress(): void {
  document.dispatchEvent(new CustomEvent(PROGRESS));
}
