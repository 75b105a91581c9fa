import { models } from "../../config/model-catalog";
import { MODELS } from "../../local-azure/arm/resources/model-catalogue";

// The stack and the local Azure each have a catalogue of their own. Where they differ, a deploy here says something
// else about a model than synthesis did.
it.each(models)("the local Azure has $name $version as the stack knows it", (model) => {
  const here = MODELS.find(({ name, version }) => name === model.name && version === model.version);
  expect(here?.retires).toBe(model.retires);
  expect(here?.skus).toEqual(expect.arrayContaining([...model.skuNames]));
});
