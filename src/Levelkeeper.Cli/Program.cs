using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;

var terminal = Terminal.OfThisProcess();
var code = await CommandLine.RunAsync(args, terminal);
await terminal.Output.FlushAsync();
return code;
