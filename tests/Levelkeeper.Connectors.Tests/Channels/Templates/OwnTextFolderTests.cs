using Levelkeeper.Connectors.Channels.Templates;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Notifications;

namespace Levelkeeper.Connectors.Tests.Channels.Templates;

/// <summary>Words of one's own out of a folder.</summary>
public sealed class OwnTextFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-texts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_language_has_its_own_and_what_is_not_there_stays_as_it_is()
    {
        Write("pl/clock-at-risk.subject.txt", "Uwaga: {{id}}\n");
        Write("pl/clock-at-risk.txt", "\uFEFFZgłoszenie {{id}}");
        Write("ar/clock-at-risk.html", "<p>{{id}}</p>");
        var (texts, problems) = Read();
        problems.ShouldBeEmpty();
        var polish = texts!.Write(Notices.AtRisk(TextLanguage.Polish)).Text;
        (polish.Subject, polish.Plain).ShouldBe(("Uwaga: T-1042", "Zgłoszenie T-1042"));
        texts.Write(Notices.AtRisk(TextLanguage.Arabic)).Text.Html.ShouldContain("dir=\"rtl\">\n<p>");
        texts.Write(Notices.AtRisk()).Text.ShouldBe(NotificationWriter.Write(Notices.AtRisk()));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_each_with_its_file_and_line()
    {
        Write("pl/clock-at-risk.txt", "Dzień dobry,\n{{tikcet}} czeka.");
        Write("pl/clock-at-rsk.txt", "x");
        Write("pl/clock-at-risk.md", "x");
        Write("de/clock-at-risk.txt", "x");
        Write("clock-at-risk.txt", "x");
        Write("en/clock-at-risk.html", "{{{title}}}");
        File.WriteAllBytes(Path.Combine(_folder, "en", "resolved.txt"), [0xC3, 0x28]);
        Write("ru/resolved.txt", new string('x', 70_000));
        var (texts, problems) = Read();
        texts.ShouldBeNull();
        problems.ShouldAllBe(p => p.Code == "LK6070");
        problems.Select(p => (p.Place.File, p.Place.Line)).ShouldBe(
        [
            ("clock-at-risk.txt", 1), ("de/clock-at-risk.txt", 1), ("en/clock-at-risk.html", 1), ("en/resolved.txt", 1), ("pl/clock-at-risk.md", 1), ("pl/clock-at-risk.txt", 2), ("pl/clock-at-rsk.txt", 1), ("ru/resolved.txt", 1),
        ], ignoreOrder: true);
        problems.Single(p => p.Place.File == "pl/clock-at-risk.txt").Message.ShouldContain("there is no 'tikcet'");
        problems.Single(p => p.Place.File == "pl/clock-at-rsk.txt").Hint.ShouldBe("did you mean 'clock-at-risk'?");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told()
    {
        var diagnostics = new DiagnosticBag();
        OwnTextFolder.Read(Path.Combine(_folder, "nowhere"), diagnostics).ShouldBeNull();
        diagnostics.Single().Code.ShouldBe("LK6070");
    }

    [Fact]
    public void The_kinds_that_can_have_texts_are_those_that_there_are()
    {
        var kinds = typeof(NotificationKind).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(NotificationKind))).Select(t => ((NotificationKind)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(t)).Name);
        NotificationKind.Names.Order(StringComparer.Ordinal).ShouldBe(kinds.Order(StringComparer.Ordinal));
    }

    private (OwnTexts? Texts, IReadOnlyList<Diagnostic> Problems) Read()
    {
        var diagnostics = new DiagnosticBag();
        var texts = OwnTextFolder.Read(_folder, diagnostics);
        return (texts, [.. diagnostics]);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
