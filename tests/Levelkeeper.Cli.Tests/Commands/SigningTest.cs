using System.Text.Json.Nodes;

namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>Keys, signatures over an agreement's hash, and what verifying says of them. The clock stands at 2025-11-03.</summary>
public sealed class SigningTest : IDisposable
{
    private const string Agreement = """
        levelkeeper: v1
        id: shop-sla
        title: Web shop
        parties:
          provider: { name: Hostly }
          customer: { name: Acme }
        term: { from: 2025-01-01 }
        zone: UTC
        services:
          shop: { title: Shop }
        objectives:
          uptime: { measure: availability, target: at least 99.9 % }

        """;

    private const string Signatures = "agreement.yaml.signatures.json";

    private readonly CommandRun _run = new();

    public SigningTest() => _run.Write("agreement.yaml", Agreement);

    public void Dispose() => _run.Dispose();

    private async Task Sign(string side, string name = "J. Kowalska")
    {
        if (!File.Exists(Path.Combine(_run.Folder, $"{side}.pem")))
            (await _run.Levelkeeper("key", "new", "--to", $"{side}.pem")).Code.ShouldBe(0);
        var (code, _, error) = await _run.Levelkeeper("sign", "agreement.yaml", "--key", $"{side}.pem", "--by", side, "--name", name);
        (code, error).ShouldBe((0, ""));
    }

    private async Task<(int Code, string Output)> Verify(params string[] more)
    {
        var (code, output, error) = await _run.Levelkeeper(["verify", "agreement.yaml", .. more]);
        error.ShouldBe("");
        return (code, output);
    }

    private void Tamper(Action<JsonNode> change)
    {
        var json = JsonNode.Parse(_run.Read(Signatures))!;
        change(json);
        _run.Write(Signatures, json.ToJsonString());
    }

    [Fact]
    public async Task Both_sides_sign_and_their_signatures_hold()
    {
        await Sign("provider");
        (await Verify()).ShouldSatisfyAllConditions(v => v.Code.ShouldBe(1), v => v.Output.ShouldContain("✗ The customer has not signed this agreement as it is."));
        await Sign("customer", "A. Nowak");
        var (code, output) = await Verify();
        code.ShouldBe(0);
        output.ShouldContain("✓ 'J. Kowalska' for the provider, 2025-11-03T00:00:00Z: holds");
        output.ShouldContain("✓ 'A. Nowak' for the customer");
        output.ShouldContain("Both sides have signed.");
    }

    [Fact]
    public async Task A_remark_leaves_the_signatures_and_a_changed_value_is_named_with_what_was_signed()
    {
        await Sign("provider");
        await Sign("customer");
        _run.Write("agreement.yaml", "# As agreed in November.\n" + Agreement);
        (await Verify()).Code.ShouldBe(0);
        _run.Write("agreement.yaml", Agreement.Replace("99.9 %", "99.5 %", StringComparison.Ordinal));
        var (code, output) = await Verify();
        code.ShouldBe(1);
        output.ShouldContain("✗ 'J. Kowalska' for the provider, 2025-11-03T00:00:00Z: does not hold: something else was signed");
        output.ShouldContain("2025-01-01.clauses.objectives.uptime.target: signed 'at least 99.9 %'; now 'at least 99.5 %'");
        output.ShouldContain("The provider has not signed");
        output.ShouldContain("The customer has not signed");
    }

    [Fact]
    public async Task After_an_amendment_both_sign_anew_and_the_older_signatures_do_no_harm()
    {
        await Sign("provider");
        await Sign("customer");
        _run.Write("agreement.yaml", Agreement + "amendments: [ { from: 2025-12-01, changes: { objectives: { uptime: { target: at least 99.95 % } } } } ]\n");
        (await Verify()).Code.ShouldBe(1);
        await Sign("provider");
        await Sign("customer");
        var (code, output) = await Verify("--output", "json");
        code.ShouldBe(0);
        var json = JsonNode.Parse(output)!;
        json["holds"]!.GetValue<bool>().ShouldBeTrue();
        json["signatures"]!.AsArray().Select(s => s!["verdict"]!.GetValue<string>()).ShouldBe(["other-content", "other-content", "holds", "holds"]);
        json["signatures"]![0]!["differences"]![0]!["path"]!.GetValue<string>().ShouldBe("2025-12-01");
    }

    public static TheoryData<string> Fields => ["by", "name", "at", "hash", "key", "signature"];

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_signature_of_which_anything_was_changed_is_not_genuine(string field)
    {
        await Sign("provider");
        await Sign("customer");
        Tamper(json => json["signatures"]![0]![field] = field switch
        {
            "by" => "customer",
            "at" => "2025-11-03T00:00:01Z",
            "hash" => new string('0', 64),
            // Those of the other signature: well-formed, and not of this one.
            "key" or "signature" => json["signatures"]![1]![field]!.GetValue<string>(),
            _ => "Somebody else",
        });
        var (code, output) = await Verify();
        code.ShouldBe(1);
        output.ShouldContain("not genuine");
    }

    [Theory]
    [InlineData("key", "")]
    [InlineData("key", "AAAA")]
    [InlineData("key", "not base64")]
    [InlineData("signature", "")]
    [InlineData("signature", "AAAA")]
    public async Task What_is_no_key_or_no_signature_is_not_genuine(string field, string text)
    {
        await Sign("provider");
        Tamper(json => json["signatures"]![0]![field] = text);
        (await Verify()).Output.ShouldContain("not genuine");
    }

    [Fact]
    public async Task What_was_signed_is_believed_only_where_its_hash_was_signed()
    {
        await Sign("provider");
        var hash = JsonNode.Parse(_run.Read(Signatures))!["signatures"]![0]!["hash"]!.GetValue<string>();
        Tamper(json => json["contents"]![hash]!["versions"]!["2025-01-01"]!["clauses"]!["title"] = "Another shop");
        (await Verify()).Output.ShouldContain("holds");
        _run.Write("agreement.yaml", Agreement.Replace("Web shop", "Another shop", StringComparison.Ordinal));
        (await Verify()).Output.ShouldContain("what was signed is not recorded");
    }

    [Fact]
    public async Task A_signature_holds_when_the_edition_only_spells_out_more_of_its_defaults()
    {
        // As if the key 'disputes' had not been in the edition yet: what was signed then has no default for it.
        await Sign("provider");
        var content = JsonNode.Parse(_run.Read(Signatures))!["contents"]!.AsObject().Single().Value!;
        content["versions"]!["2025-01-01"]!["defaults"]!.AsObject().Remove("disputes").ShouldBeTrue();
        var before = new Language.Contract.SignedContent(content.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        using var key = Language.Signatures.SigningKey.New();
        var signature = Language.Signatures.AgreementSignature.Of(before, Core.Agreements.PartyRole.Provider, "Early", CommandRun.Clock, key);
        _run.Write(Signatures, Language.Signatures.SignatureFile.Empty.Add(signature, before).Write());
        var (_, output) = await Verify();
        output.ShouldContain("✓ 'Early' for the provider");
        output.ShouldContain("2025-01-01.defaults.disputes: spelled out since then, and held before: 'by negotiation");
        _run.Write("agreement.yaml", Agreement + "disputes: { law: Polish law }\n");
        (await Verify()).Output.ShouldContain("✗ 'Early' for the provider");
    }

    [Fact]
    public async Task The_lawyers_review_that_the_agreement_requires_comes_before_signing()
    {
        await Sign("provider");
        foreach (var review in (string[])["{ required: yes }", "{ required: yes, by: Office }", "{ required: yes, on: 2025-11-01 }", "{ required: yes, by: Office, on: 2025-11-04 }"])
        {
            _run.Write("agreement.yaml", Agreement + $"legal-review: {review}\n");
            var (code, output, error) = await _run.Levelkeeper("sign", "agreement.yaml", "--key", "provider.pem", "--by", "provider", "--name", "X");
            (code, output).ShouldBe((2, ""));
            error.ShouldContain("LK5111");
        }

        _run.Write("agreement.yaml", Agreement + "legal-review: { required: yes, by: Office, on: 2025-11-03 }\n");
        await Sign("customer");
        (await Verify()).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_record_of_a_signature_on_paper_counts_and_is_named_as_such()
    {
        await Sign("provider");
        _run.Write("agreement.yaml", Agreement + "signed-on-paper: [ { by: customer, name: A. Nowak, on: 2025-11-01, reference: folder 7 } ]\n");
        var (code, output) = await Verify();
        code.ShouldBe(0);
        output.ShouldContain("✓ A. Nowak for the customer, 2025-11-01: on paper, by the record in the agreement (folder 7); nothing here can check it");
    }

    [Fact]
    public async Task A_one_sided_commitment_is_signed_by_its_side_alone()
    {
        _run.Write("agreement.yaml", Agreement.Replace("  customer: { name: Acme }\n", "", StringComparison.Ordinal) + "kind: commitment\n");
        (await Verify()).Code.ShouldBe(1);
        await Sign("provider");
        (await Verify()).ShouldSatisfyAllConditions(v => v.Code.ShouldBe(0), v => v.Output.ShouldContain("The provider has signed."));
    }

    [Fact]
    public async Task A_new_key_is_readable_by_its_owner_alone_and_written_over_nothing()
    {
        var (code, output, _) = await _run.Levelkeeper("key", "new", "--to", "k.pem");
        code.ShouldBe(0);
        var pem = _run.Read("k.pem");
        pem.ShouldStartWith("-----BEGIN PRIVATE KEY-----");
        output.ShouldNotContain(pem.Split('\n')[1]);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_run.Folder, "k.pem")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var (again, _, error) = await _run.Levelkeeper("key", "new", "--to", "k.pem");
        again.ShouldBe(2);
        error.ShouldContain("LK5113");
        _run.Read("k.pem").ShouldBe(pem);
    }

    [Fact]
    public async Task Only_a_private_key_of_the_curve_signs_and_its_text_is_in_no_message()
    {
        using var p384 = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        using var p256 = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        foreach (var pem in (string[])[p384.ExportPkcs8PrivateKeyPem(), p256.ExportSubjectPublicKeyInfoPem(), rsa.ExportPkcs8PrivateKeyPem(), "", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
        {
            _run.Write("k.pem", pem);
            var (code, output, error) = await _run.Levelkeeper("sign", "agreement.yaml", "--key", "k.pem", "--by", "provider", "--name", "X");
            (code, output).ShouldBe((2, ""));
            error.ShouldContain("k.pem: error LK5110");
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
            if (pem.Length > 100)
                error.ShouldNotContain(pem.Split('\n')[1][..20]);
        }

        // The older form of OpenSSL's 'ecparam -genkey'.
        _run.Write("k.pem", p256.ExportECPrivateKeyPem());
        (await _run.Levelkeeper("sign", "agreement.yaml", "--key", "k.pem", "--by", "provider", "--name", "X")).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"form":"something else","signatures":[],"contents":{}}""")]
    [InlineData("""{"form":"levelkeeper signatures 1","signatures":[{"by":"nobody"}],"contents":{}}""")]
    [InlineData("""{"form":"levelkeeper signatures 1","signatures":[],"contents":{"00":{"a":1}}}""")]
    [InlineData("""{"form":"levelkeeper signatures 1","signatures":[],"signatures":[],"contents":{}}""")]
    public async Task A_file_of_signatures_that_is_none_is_an_error_and_is_not_written_over(string text)
    {
        await _run.Levelkeeper("key", "new", "--to", "k.pem");
        _run.Write(Signatures, text);
        foreach (var command in (string[][])[["verify", "agreement.yaml"], ["sign", "agreement.yaml", "--key", "k.pem", "--by", "provider", "--name", "X"]])
        {
            var (code, output, error) = await _run.Levelkeeper(command);
            (code, output).ShouldBe((2, ""));
            error.ShouldContain("LK5112");
        }

        _run.Read(Signatures).ShouldBe(text);
    }

    [Theory]
    [InlineData("J\u001b[2J\nBoth sides have signed.")]
    [InlineData("J. \u202Eakslawok")]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Nobody_signs_by_a_name_that_is_not_seen_as_it_is(string name)
    {
        await Key("provider");
        var (code, output, error) = await _run.Levelkeeper("sign", "agreement.yaml", "--key", "provider.pem", "--by", "provider", "--name", name);
        (code, output).ShouldBe((2, ""));
        error.ShouldContain("--name: error LK5119");
        File.Exists(Path.Combine(_run.Folder, Signatures)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_in_the_file_of_signatures_does_not_steer_the_terminal()
    {
        await Sign("provider");
        Tamper(json => json["signatures"]![0]!["name"] = "J\u001b[2J\n\u202EBoth sides have signed.");
        var (_, output) = await Verify();
        output.ShouldNotContain("\u001b");
        output.ShouldNotContain("\u202E");
        output.ShouldContain("✗ 'J [2J  Both sides have signed.' for the provider");
    }

    private async Task Key(string name, params string[] more) => (await _run.Levelkeeper(["key", "new", "--to", $"{name}.pem", .. more])).Code.ShouldBe(0);

    [Fact]
    public async Task Signing_shows_what_is_signed()
    {
        await Key("provider");
        var (_, output, _) = await _run.Levelkeeper("sign", "agreement.yaml", "--key", "provider.pem", "--by", "provider", "--name", "J. Kowalska");
        var (_, hash, _) = await _run.Levelkeeper("hash", "agreement.yaml");
        output.ShouldContain("    Web shop (shop-sla), between Hostly and Acme\n");
        output.ShouldContain($"    {hash[..64]}\n");
    }

    [Theory]
    [InlineData("2025-11-03T00:00:01Z", 2)]
    [InlineData("2025-11-03T00:00:00Z", 0)]
    public async Task Nobody_signs_at_a_time_that_has_not_come(string at, int code)
    {
        await Key("provider");
        (await _run.Levelkeeper("sign", "agreement.yaml", "--key", "provider.pem", "--by", "provider", "--name", "J", "--at", at)).Code.ShouldBe(code);
    }

    [Fact]
    public async Task Nobody_signs_what_a_template_left_open_or_for_a_customer_that_is_not_there()
    {
        await Key("provider");
        _run.Write("agreement.yaml", Agreement.Replace("name: Acme", "name: YOUR CUSTOMER", StringComparison.Ordinal));
        (await _run.Levelkeeper("sign", "agreement.yaml", "--key", "provider.pem", "--by", "provider", "--name", "J")).Error.ShouldContain("LK5119: 'YOUR CUSTOMER' stands in the agreement as in its template");
        _run.Write("agreement.yaml", Agreement.Replace("  customer: { name: Acme }\n", "", StringComparison.Ordinal).Replace("title: Web", "kind: commitment\ntitle: Web", StringComparison.Ordinal));
        (await _run.Levelkeeper("sign", "agreement.yaml", "--key", "provider.pem", "--by", "customer", "--name", "J")).Error.ShouldContain("--by: error LK5119");
    }

    [Fact]
    public async Task One_key_does_not_sign_for_both_sides()
    {
        await Sign("provider");
        var (code, _, error) = await _run.Levelkeeper("sign", "agreement.yaml", "--key", "provider.pem", "--by", "customer", "--name", "A. Nowak");
        (code, error.Contains("--key: error LK5119", StringComparison.Ordinal)).ShouldBe((2, true));

        // Whoever writes the file by other means gains nothing: signed apart, and put together.
        _run.Write("other.yaml", Agreement);
        (await _run.Levelkeeper("sign", "other.yaml", "--key", "provider.pem", "--by", "customer", "--name", "A. Nowak")).Code.ShouldBe(0);
        var other = JsonNode.Parse(_run.Read("other.yaml.signatures.json"))!["signatures"]![0]!.DeepClone();
        Tamper(json => json["signatures"]!.AsArray().Add(other));
        var (verified, output) = await Verify();
        verified.ShouldBe(1);
        output.ShouldContain("✗ 'J. Kowalska' for the provider, 2025-11-03T00:00:00Z: does not count: the same key signs for both sides");
        output.ShouldContain("✗ 'A. Nowak' for the customer, 2025-11-03T00:00:00Z: does not count: the same key signs for both sides");
        output.ShouldNotContain("Both sides have signed.");
    }

    [Fact]
    public async Task The_other_of_the_two_numbers_that_sign_alike_says_nothing_new()
    {
        // With (r, s) also (r, n - s) is a signature of ECDSA: of the same statement, by the same key. It makes no second signer and no other content.
        var order = System.Numerics.BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", System.Globalization.NumberStyles.HexNumber, null);
        await Sign("provider");
        Tamper(json =>
        {
            var twin = json["signatures"]![0]!.DeepClone();
            var bytes = Convert.FromBase64String(twin["signature"]!.GetValue<string>());
            var s = order - new System.Numerics.BigInteger(bytes.AsSpan(32), isUnsigned: true, isBigEndian: true);
            var digits = s.ToByteArray(isUnsigned: true, isBigEndian: true);
            bytes.AsSpan(32).Clear();
            digits.CopyTo(bytes, 64 - digits.Length);
            twin["signature"] = Convert.ToBase64String(bytes);
            json["signatures"]!.AsArray().Add(twin);
        });
        var (code, output) = await Verify();
        code.ShouldBe(1);
        output.Split("✓ 'J. Kowalska' for the provider, 2025-11-03T00:00:00Z: holds").Length.ShouldBe(3);
        output.ShouldContain("✗ The customer has not signed");
    }

    [Fact]
    public async Task A_key_in_another_encoding_is_no_other_key()
    {
        // The same key with a blank in its base64, which would have passed and, in another encoding of the point, had another fingerprint.
        await Sign("provider");
        Tamper(json => json["signatures"]![0]!["key"] = json["signatures"]![0]!["key"]!.GetValue<string>().Insert(4, " "));
        (await Verify()).Output.ShouldContain("not genuine");
    }

    [Fact]
    public async Task A_password_protects_a_key_and_opens_it()
    {
        _run.Write("password", "correct horse\nnot this line\n");
        await Key("provider", "--password-file", "password");
        _run.Read("provider.pem").ShouldStartWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        string[] sign = ["sign", "agreement.yaml", "--key", "provider.pem", "--by", "provider", "--name", "J"];
        var (code, output, error) = await _run.Levelkeeper(sign);
        (code, output).ShouldBe((2, ""));
        error.ShouldContain("LK5114");
        _run.Write("wrong", "correct house\n");
        (await _run.Levelkeeper([.. sign, "--password-file", "wrong"])).Error.ShouldBe("provider.pem: error LK5115: The password does not open this key.\n");
        (await _run.Levelkeeper([.. sign, "--password-file", "password"])).Code.ShouldBe(0);

        // Another program's key of the same form.
        using var other = System.Security.Cryptography.ECDsa.Create();
        other.ImportFromEncryptedPem(_run.Read("provider.pem"), "correct horse");
        (await Verify()).Output.ShouldContain(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(other.ExportSubjectPublicKeyInfo()))[..4]);
    }

    [Fact]
    public async Task A_password_can_be_in_the_environment_or_asked_for()
    {
        using var asked = new CommandRun { Variables = new(StringComparer.Ordinal) { ["KEY"] = "from the environment", ["EMPTY"] = "" }, Answers = new(["typed", "typed", "typed", "tpyed", "typed"]) };
        asked.Write("agreement.yaml", Agreement);
        (await asked.Levelkeeper("key", "new", "--to", "a.pem", "--password-env", "KEY")).Code.ShouldBe(0);
        (await asked.Levelkeeper("key", "new", "--to", "b.pem", "--password")).Code.ShouldBe(0);
        (await asked.Levelkeeper("key", "new", "--to", "c.pem", "--password")).Error.ShouldContain("LK5116: The two answers differ.");
        (await asked.Levelkeeper("key", "new", "--to", "c.pem", "--password-env", "EMPTY")).Error.ShouldContain("LK5116");
        (await asked.Levelkeeper("key", "new", "--to", "c.pem", "--password-env", "KEY", "--password-file", "a.pem")).Error.ShouldContain("LK5116");
        File.Exists(Path.Combine(asked.Folder, "c.pem")).ShouldBeFalse();
        (await asked.Levelkeeper("sign", "agreement.yaml", "--key", "b.pem", "--by", "customer", "--name", "A")).Code.ShouldBe(0);
        (await asked.Levelkeeper("sign", "agreement.yaml", "--key", "a.pem", "--by", "provider", "--name", "J", "--password-env", "KEY")).Code.ShouldBe(0);
        (await asked.Levelkeeper("verify", "agreement.yaml")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_that_others_can_read_signs_with_a_warning()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Files have no modes here.");
            return;
        }

        await Key("provider");
        File.SetUnixFileMode(Path.Combine(_run.Folder, "provider.pem"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var (code, _, error) = await _run.Levelkeeper("sign", "agreement.yaml", "--key", "provider.pem", "--by", "provider", "--name", "J");
        (code, error.Contains("provider.pem: warning LK5117", StringComparison.Ordinal)).ShouldBe((0, true));
    }

    private async Task<string> Fingerprint(string side) => (await Verify()).Output.Split('\n').SkipWhile(l => !l.Contains($"for the {side},", StringComparison.Ordinal)).ElementAt(1).Trim()["key ".Length..];

    private async Task Ring(string provider, string customer = "") => _run.Write("keys.yaml", $$"""
        keys:
          - { fingerprint: {{await Fingerprint("provider")}}, holder: J. Kowalska, side: provider{{provider}} }
          - { fingerprint: {{await Fingerprint("customer")}}, holder: A. Nowak, side: customer{{customer}} }
        """);

    // The signatures are of 3 November.
    [Theory]
    [InlineData("", true)]
    [InlineData(", revoked: 2025-11-03", false)]
    [InlineData(", revoked: 2025-11-04", true)]
    [InlineData(", from: 2025-11-03", true)]
    [InlineData(", from: 2025-11-04", false)]
    public async Task A_key_counts_from_a_day_on_until_it_is_revoked(string more, bool holds)
    {
        await Sign("provider");
        await Sign("customer", "A. Nowak");
        await Ring(more);
        var (code, output) = await Verify("--keys", "keys.yaml");
        code.ShouldBe(holds ? 0 : 1);
        output.Contains("does not count: by the key ring its key did not hold on that day", StringComparison.Ordinal).ShouldBe(!holds);
        output.Contains("that this was signed before is the signer's word", StringComparison.Ordinal).ShouldBe(holds && more.Contains("revoked", StringComparison.Ordinal));
        var json = JsonNode.Parse((await Verify("--keys", "keys.yaml", "--output", "json")).Output)!;
        json["signatures"]![0]!["verdict"]!.GetValue<string>().ShouldBe(holds ? "holds" : "revoked-key");
        json["signatures"]![0]!["holder"]!.GetValue<string>().ShouldBe("J. Kowalska");
    }

    [Fact]
    public async Task With_a_ring_a_key_of_nobody_or_of_the_other_side_does_not_count()
    {
        await Sign("provider");
        await Sign("customer", "A. Nowak");
        _run.Write("keys.yaml", $"keys: [ {{ fingerprint: {await Fingerprint("provider")}, holder: J, side: customer }} ]");
        var (code, output) = await Verify("--keys", "keys.yaml");
        code.ShouldBe(1);
        output.Split("does not count: the key ring knows no such key for this side").Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_ring_with_a_fault_verifies_nothing()
    {
        await Sign("provider");
        await Sign("customer");
        _run.Write("keys.yaml", "keys: [ { fingerprint: 0000, holder: J, side: provider, revokd: 2025-01-01 } ]");
        var (code, output, error) = await _run.Levelkeeper("verify", "agreement.yaml", "--keys", "keys.yaml");
        (code, output).ShouldBe((2, ""));
        error.ShouldContain("LK5118");
        error.ShouldContain("did you mean 'revoked'?");
        (await _run.Levelkeeper("verify", "agreement.yaml", "--keys", "none.yaml")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task What_an_upper_level_or_a_calendar_s_file_says_is_signed_too()
    {
        const string Upper = "levelkeeper: v1\nid: up\ntitle: Up\nkind: corporate\nparties:\n  provider: { name: Hostly }\nzone: UTC\nservices:\n  shop: { title: Shop }\nobjectives:\n  uptime: { measure: availability, target: at least 99.9 % }\n";
        const string Days = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20251224\nSUMMARY:Eve\nEND:VEVENT\nEND:VCALENDAR\n";
        _run.Write("upper.yaml", Upper);
        _run.Write("days.ics", Days);
        _run.Write("agreement.yaml", "levelkeeper: v1\nid: shop-sla\ntitle: Web shop\nextends: upper.yaml\nparties:\n  customer: { name: Acme }\nterm: { from: 2025-01-01, until: 2026-12-31 }\ncalendars:\n  office: { weekly: { mon-fri: 08:00-16:00 }, closed-by: days.ics }\n");
        await Sign("provider");
        await Sign("customer");
        (await Verify()).Code.ShouldBe(0);
        _run.Write("upper.yaml", Upper.Replace("99.9 %", "99.0 %", StringComparison.Ordinal));
        (await Verify()).ShouldSatisfyAllConditions(v => v.Code.ShouldBe(1), v => v.Output.ShouldContain("clauses.objectives.uptime.target: signed 'at least 99.9 %'; now 'at least 99.0 %'"));
        _run.Write("upper.yaml", Upper);
        (await Verify()).Code.ShouldBe(0);
        _run.Write("days.ics", Days.Replace("1224", "1223", StringComparison.Ordinal));
        (await Verify()).ShouldSatisfyAllConditions(v => v.Code.ShouldBe(1), v => v.Output.ShouldContain("calendars.office: signed"));
    }

    [Fact]
    public async Task More_signatures_than_anybody_makes_are_not_checked()
    {
        await Sign("provider");
        Tamper(json =>
        {
            for (var i = 0; i < 1000; i++)
                json["signatures"]!.AsArray().Add(json["signatures"]![0]!.DeepClone());
        });
        (await _run.Levelkeeper("verify", "agreement.yaml")).Error.ShouldContain("LK5112");
    }

    [Fact]
    public async Task The_hash_is_that_of_the_canonical_text()
    {
        var (_, hash, _) = await _run.Levelkeeper("hash", "agreement.yaml");
        var (_, canonical, _) = await _run.Levelkeeper("hash", "agreement.yaml", "--canonical");
        hash.ShouldBe($"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(canonical)))}  agreement.yaml\n");
        _run.Write("broken.yaml", Agreement + "nonsense: yes\n");
        (await _run.Levelkeeper("hash", "broken.yaml")).ShouldSatisfyAllConditions(h => h.Code.ShouldBe(2), h => h.Output.ShouldBe(""));
    }
}
