import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { hueOf, initials } from './initials.ts';

describe('initials', () => {
  const cases: [string, string][] = [
    ['Anna Berg', 'AB'],
    ['Anna', 'A'],
    ['Anna Maria Berg', 'AB'],
    ['张三', '三'],
    ['  élan vital ', 'ÉV'],
    ['👩‍🚀 Zoe', '👩‍🚀Z'],
    ['', ''],
  ];
  for (const [name, expected] of cases) {
    it(`are ${expected || 'nothing'} for ${JSON.stringify(name)}`, () => {
      expect(initials(name)).to.equal(expected);
    });
  }

  it('take any text, and a hue is a degree', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(typeof initials(name)).to.equal('string');
        expect(hueOf(name)).to.be.within(0, 359);
      }),
    );
  });
});
