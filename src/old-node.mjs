// Loaded before anything else, by whatever Node.js is there: plain JavaScript that an old one reads too.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `service-tag-sync needs Node.js 22.18 or newer, and this is ${process.versions.node}: install a newer one (https://nodejs.org), then run the same command again.\n`,
  );
  process.exit(2);
}
