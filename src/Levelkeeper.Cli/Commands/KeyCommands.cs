using System.CommandLine;
using System.Text;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Signatures;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper key</c>: keys that sign.</summary>
internal static class KeyCommands
{
    public static Command Group(Terminal terminal) => new("key", "Keys that sign agreements.") { new NewKeyCommand(terminal) };

    /// <summary><c>levelkeeper key new</c>.</summary>
    private sealed class NewKeyCommand : Verb
    {
        private readonly Option<string> _to = new("--to") { Description = "Where it is written. A file that is there already is left as it is.", HelpName = "FILE", Required = true };
        private readonly Option<bool> _password = new("--password") { Description = "Protect it by a password that is asked for, twice." };
        private readonly Passwords _passwords = new();

        public NewKeyCommand(Terminal terminal)
            : base(terminal, "new", "Make a private key (ECDSA P-256, PEM) that only you can read. Whoever has the file, and the password if it has one, can sign in your name.",
                "levelkeeper key new --to ~/provider.key.pem --password",
                "levelkeeper key new --to /run/provider.key.pem --password-env KEY_PASSWORD")
        {
            foreach (var option in new Option[] { _to, _password }.Concat(_passwords.Options))
                Add(option);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            var name = parsed.GetValue(_to)!;
            var path = Path.GetFullPath(Path.Combine(Terminal.Folder, name));
            var isProtected = parsed.GetValue(_password) || _passwords.IsNamed(parsed);
            var password = isProtected ? _passwords.Read(parsed, ["Password of the new key: ", "Once more: "], Terminal, diagnostics) : null;
            if (diagnostics.HasErrors)
                return Finish(diagnostics);
            using var key = SigningKey.New();
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            // From its first byte on nobody else may read it; where files have no modes the folder's rights decide.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            try
            {
                using (var writer = new StreamWriter(path, new UTF8Encoding(false), options))
                    writer.Write(key.ToPem(password));
                Terminal.Say($"The private key is in {name}{(isProtected ? ", under its password" : "")}: keep {(isProtected ? "both" : "it")} secret and keep a copy.");
                Terminal.Say($"Its fingerprint, to tell the other side: {key.Public.Fingerprint}");
            }
            catch (IOException) when (File.Exists(path))
            {
                diagnostics.Error("LK5113", new Place(name), "There is a file of this name already; a key is not written over anything.", "choose another name");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                diagnostics.Error("LK5010", new Place(name), $"This file cannot be written: {e.Message}");
            }

            return Finish(diagnostics);
        }
    }
}
