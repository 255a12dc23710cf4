import { writeFileSync } from 'node:fs';
import { BerTag } from '../../ldap/ber/ber-reader.ts';
import { BerWriter } from '../../ldap/ber/ber-writer.ts';
import { RequestTag } from '../../ldap/message/requests.ts';
import { reader, suffix } from './people.ts';

/** Writes a bind and one equality search for each person, as the generator reads them. */
export function writeRequests(path: string, people: number): void {
  const messages = [bindRequest(reader.dn, reader.password)];
  for (let number = 0; number < people; number += 1) messages.push(uidSearch(`user${number}`));
  writeFileSync(
    path,
    Buffer.concat(
      messages.flatMap((message) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(message.length);
        return [length, message];
      }),
    ),
  );
}

function bindRequest(dn: string, password: string): Buffer {
  const writer = new BerWriter();
  const message = writer.begin(BerTag.sequence);
  writer.integer(1);
  const bind = writer.begin(RequestTag.bind);
  writer.integer(3);
  writer.text(dn);
  writer.text(password, 0x80);
  writer.end(bind);
  writer.end(message);
  return writer.take();
}

function uidSearch(uid: string): Buffer {
  const writer = new BerWriter();
  const message = writer.begin(BerTag.sequence);
  writer.integer(2);
  const search = writer.begin(RequestTag.search);
  writer.text(suffix);
  writer.integer(2, BerTag.enumerated);
  writer.integer(0, BerTag.enumerated);
  writer.integer(0);
  writer.integer(0);
  writer.boolean(false);
  const filter = writer.begin(0xa3);
  writer.text('uid');
  writer.text(uid);
  writer.end(filter);
  writer.end(writer.begin(BerTag.sequence));
  writer.end(search);
  writer.end(message);
  return writer.take();
}
