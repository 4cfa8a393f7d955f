using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;

var terminal = Terminal.OfThisProcess();
var code = await CommandLine.RunAsync(args, terminal);
try
{
    await terminal.Output.FlushAsync();
}
catch (IOException e)
{
    code = CommandLine.OutputFailed(e, terminal);
}

return code;
