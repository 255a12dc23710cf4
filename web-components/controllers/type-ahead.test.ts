import { expect } from '@open-wc/testing';
import { TypeAhead } from './type-ahead.ts';

const labels = ['Acme', 'Sales', 'Storage', 'Support', 'Élan'];

describe('TypeAhead', () => {
  it('walks through all that begin with a letter when it is typed again', () => {
    const typeAhead = new TypeAhead({ now: () => 0 });
    expect(typeAhead.find('s', labels, 0)).to.equal(1);
    expect(typeAhead.find('s', labels, 1)).to.equal(2);
    expect(typeAhead.find('s', labels, 2)).to.equal(3);
    expect(typeAhead.find('s', labels, 3)).to.equal(1);
  });

  it('takes letters that follow quickly as one word, and others as a new one', () => {
    let now = 0;
    const typeAhead = new TypeAhead({ now: () => now });
    expect(typeAhead.find('s', labels, 0)).to.equal(1);
    now = 300;
    expect(typeAhead.find('u', labels, 1)).to.equal(3);
    now = 2000;
    expect(typeAhead.active).to.equal(false);
    expect(typeAhead.find('É', labels, 3)).to.equal(4);
  });

  it('finds nothing in an empty list', () => {
    expect(new TypeAhead().find('a', [], -1)).to.equal(-1);
    expect(new TypeAhead().find('x', labels, 0)).to.equal(-1);
  });
});
