// The colours of the mails, those of the pages. Texts (ink, soft, act) stand on ground and on card; onAct stands on act.
export type Palette = Record<"ground" | "card" | "line" | "ink" | "soft" | "act" | "onAct", string>;

export const light: Palette = {
  ground: "#f3f5f9",
  card: "#ffffff",
  line: "#d5dae4",
  ink: "#1a1f2b",
  soft: "#566074",
  act: "#1f4fd1",
  onAct: "#ffffff",
};

export const dark: Palette = {
  ground: "#10131a",
  card: "#1a1f2a",
  line: "#343c4d",
  ink: "#eef1f7",
  soft: "#a9b3c7",
  act: "#9bb8ff",
  onAct: "#0d1526",
};
