// Plain JavaScript that any Node can read: it runs before what only Node 24 can run.
const [major] = process.versions.node.split('.');
if (Number(major) < 24) {
  process.stderr.write(
    `This is Node ${process.versions.node}, Node 24 or newer is needed, and npm brought none for ${process.platform} on ${process.arch}: ` +
      'install Node 24 and run the command again.\n',
  );
  process.exit(1);
}
