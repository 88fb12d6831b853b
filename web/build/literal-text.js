/** An eslint rule: what is shown to people comes from a catalogue, not from a template. */
import { parseFragment } from "parse5";

const SHOWN = ["alt", "aria-description", "aria-label", "aria-valuetext", "label", "placeholder", "title"];
const SETTERS = ["ariaLabel", "innerText", "placeholder", "textContent", "title"];
const LETTER = /\p{L}/u;
/** Stands for `${…}` while a template is read. */
const HOLE = "0";

/** The literal texts in this HTML: in elements, and in attributes that are shown or read out. Keys have no language. */
function textsIn(node) {
  if (node.nodeName === "#text") return LETTER.test(node.value) ? [node.value.trim()] : [];
  if (node.nodeName === "style" || node.nodeName === "kbd") return [];
  const attributes = (node.attrs ?? []).filter(({ name, value }) => SHOWN.includes(name) && LETTER.test(value));
  return [...attributes.map(({ value }) => value), ...(node.childNodes ?? []).flatMap(textsIn)];
}

/** The literal texts that an expression can come out as. */
function outcomes(node) {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? [node.value] : [];
    case "TemplateLiteral":
      return node.quasis.map((quasi) => quasi.value.cooked);
    case "ConditionalExpression":
      return [...outcomes(node.consequent), ...outcomes(node.alternate)];
    case "LogicalExpression":
      return [...outcomes(node.left), ...outcomes(node.right)];
    default:
      return [];
  }
}

/** Whether what is put in after this much of a template is shown: in content, or as an attribute that is. */
const isShownAfter = (before) =>
  before.lastIndexOf(">") >= before.lastIndexOf("<") || SHOWN.some((name) => new RegExp(`\\s${name}="?$`, "u").test(before));

export const literalText = {
  meta: { type: "problem", schema: [], messages: { literal: "“{{text}}” is shown to people: it belongs into words/." } },
  create(context) {
    const report = (node, texts) => {
      for (const text of texts) if (LETTER.test(text)) context.report({ node, messageId: "literal", data: { text } });
    };
    return {
      TaggedTemplateExpression({ tag, quasi }) {
        if (tag.type !== "Identifier" || tag.name !== "html") return;
        const parts = quasi.quasis.map((part) => part.value.cooked);
        report(quasi, textsIn(parseFragment(parts.join(HOLE))));
        quasi.expressions.forEach((expression, n) => {
          if (isShownAfter(parts.slice(0, n + 1).join(HOLE))) report(expression, outcomes(expression));
        });
      },
      AssignmentExpression({ left, right }) {
        if (left.type === "MemberExpression" && SETTERS.includes(left.property.name)) report(right, outcomes(right));
      },
    };
  },
};
