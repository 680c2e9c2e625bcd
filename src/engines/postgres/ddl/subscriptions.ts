import { plainRules, secretRefusal } from './plain.ts';

/** A subscription reaches out to another server: what would make or change one is refused, by name. */
export const subscriptions = plainRules({
  weight: 90,
  named: ({ identity }) => `SUBSCRIPTION ${identity}`,
  create: () => '',
  alter: () => undefined,
  more: {
    refusal: (subscription) =>
      secretRefusal(subscription) ??
      'a subscription reaches out to its publisher, and is made and changed by hand',
  },
});
