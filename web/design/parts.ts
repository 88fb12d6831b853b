/** On this page whole parts of others stand by the dozen: none of them is a landmark here. */
export function asParts(root: ParentNode): void {
  for (const landmark of root.querySelectorAll("section[aria-label], section[aria-labelledby]")) landmark.setAttribute("role", "group");
  for (const landmark of root.querySelectorAll("nav, aside")) {
    landmark.removeAttribute("aria-label");
    landmark.setAttribute("role", "none");
  }
}
