// What the forms of the pages are built from. The browser's own bubbles stay off: the server judges, and says what
// is wrong at the top and beside the field, to eyes and to screen readers alike.
import type { Child } from "hono/jsx";
import type { FieldError } from "../errors.ts";

/** Of one submission; `path` is a field's name. */
export type FieldErrors = FieldError[];

const idOf = (name: string) => name.replaceAll(".", "-");
/** Of a field with parts, also what is wrong with one of them. */
const concerns = (name: string) => (error: FieldError) =>
  error.path === name || error.path.startsWith(`${name}.`);

/** A form that posts to one of our own paths, with the token that its page was opened with. */
export const Form = ({ action, token, children }: { action: string; token: string; children: Child }) => (
  <form method="post" action={action} novalidate>
    <input type="hidden" name="token" value={token} />
    {children}
  </form>
);

type FieldProps = {
  name: string;
  label: string;
  hint?: string;
  optional?: boolean;
  type?: "text" | "password";
  autocomplete: "name" | "new-password";
  value?: string | undefined;
  errors: FieldErrors;
};

/** A field with its label, its hint and, when it was refused, what is wrong with it. */
export const Field = ({
  name,
  label,
  hint,
  optional,
  type = "text",
  autocomplete,
  value,
  errors,
}: FieldProps) => {
  const id = idOf(name);
  const wrong = errors.filter(concerns(name));
  const described = [...(hint ? [`${id}-hint`] : []), ...(wrong.length > 0 ? [`${id}-error`] : [])].join(" ");
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <small>(optional)</small>}
      </label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong.length > 0 && (
        <p class="error" id={`${id}-error`}>
          {wrong.map(({ message }) => sentence(label, message)).join(" ")}
        </p>
      )}
      <input
        id={id}
        name={name}
        type={type}
        autocomplete={autocomplete}
        {...(type === "password" && { autocapitalize: "none", spellcheck: false })}
        {...(value !== undefined && { value })}
        {...(!optional && { required: true })}
        {...(described && { "aria-describedby": described })}
        {...(wrong.length > 0 && { "aria-invalid": "true" })}
      />
    </div>
  );
};

/** The address that the form is about: to be read, and for a password manager to file the password under. */
export const Address = ({ email, name }: { email: string; name?: string }) => (
  <div class="field">
    <label for="email">E-mail address</label>
    <input id="email" type="email" {...(name && { name })} value={email} readonly autocomplete="username" />
  </div>
);

/** Everything that was refused, announced when the page comes back. `labels`: of each field, by name. */
export const Errors = ({ errors, labels }: { errors: FieldErrors; labels: Record<string, string> }) => {
  if (errors.length === 0) return null;
  return (
    <div class="errors" role="alert">
      <h2>Please correct this</h2>
      <ul>
        {errors.map((error) => {
          const [name, label] = Object.entries(labels).find(([field]) => concerns(field)(error)) ?? [];
          if (!name || !label) return <li>{sentence(error.path || "The form", error.message)}</li>;
          return (
            <li>
              <a href={`#${idOf(name)}`}>{sentence(label, error.message)}</a>
            </li>
          );
        })}
      </ul>
    </div>
  );
};

/** Complaints are written to follow the name of their field: "must hold at least 8 characters". */
const sentence = (label: string, message: string) => `${label} ${message}.`;

export const Primary = ({ children }: { children: Child }) => <button type="submit">{children}</button>;

/** `describedby`: the id of the text that says what pressing it does. */
export const Secondary = ({ describedby, children }: { describedby: string; children: Child }) => (
  <button type="submit" class="secondary" aria-describedby={describedby}>
    {children}
  </button>
);

/** What makes a good password, in one line. */
export const passwordHint = (minLength: number) =>
  `At least ${minLength} characters. A few words that do not belong together are easy to keep in mind.`;
