// Starts Swagger UI on /docs. Nothing is stored: a token that is entered, or that a sign-in here is answered with, lives
// as long as the tab shows this page.
const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
followScheme();
dark.addEventListener("change", followScheme);

const signsIn = ["/signin", "/token/refresh"];

/** What differs from Swagger UI as it is. */
const ours = ({ React: { createElement: h, Fragment }, fn: { resolveSubtree } }) => {
  let read;
  /** With a label that is read, and not seen. */
  const named = (name) => (Original) => (props) =>
    h("label", null, h("span", { className: "unseen" }, name), h(Original, props));
  return {
    fn: {
      // The document as it was read, each time: what the library has made of it is kept for it. It would give a new one for
      // each operation that is opened, and build all of it again.
      resolveSubtree: (spec, ...rest) => {
        read ??= { ...spec, $$normalized: true };
        return resolveSubtree(read, ...rest);
      },
    },
    wrapComponents: {
      // There is one server: this one.
      ServersContainer: () => () => null,
      // A link within the button that opens an operation is of no use to a keyboard. The address follows all the same.
      DeepLink: () => (props) => h("span", null, props.text),
      // For screen readers: landmarks, a heading above the chapters' headings, names for what has none.
      InfoContainer: (Original) => (props) =>
        h("section", { "aria-label": "Introduction" }, h(Original, props)),
      operations: (Original) => (props) =>
        h(Fragment, null, h("h2", { className: "unseen" }, "Operations"), h(Original, props)),
      authorizationPopup: (Original) => (props) =>
        h("div", { role: "dialog", "aria-modal": true, "aria-label": "Access token" }, h(Original, props)),
      CloseIcon: (Original) => (props) =>
        h(Fragment, null, h("span", { className: "unseen" }, "Close"), h(Original, props)),
      ExamplesSelect: named("Example"),
      RequestBodyEditor: named("Body"),
      Select: named("Value"),
    },
  };
};

const ui = globalThis.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: "none",
  plugins: [ours],
  responseInterceptor: (answer) => {
    const { pathname } = new URL(answer.url, location.href);
    const token = answer.status === 200 && signsIn.includes(pathname) && answer.body?.access_token;
    if (token) ui.preauthorizeApiKey("accessToken", token);
    return answer;
  },
});
document.querySelector("#tokens").hidden = false;
