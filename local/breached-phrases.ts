// What the local list of breached passwords knows. Invented, and nothing that anybody would think of: whoever tries the
// service is refused one of these only by asking for it.
export const breachedPhrases = ["leaked wombat umbrella parade", "leaked lantern gravel quartet"];
