import { humanDuration } from "../duration";
import type { Column } from "./kind";

export const NAME: Column = {
  name: "Name",
  type: "string",
  priority: 0,
  cell: ({ metadata }) => metadata.name,
};

export const AGE: Column = {
  name: "Age",
  type: "string",
  priority: 0,
  cell: ({ metadata }, now) =>
    humanDuration(now.getTime() - new Date(metadata.creationTimestamp as string).getTime()),
};
