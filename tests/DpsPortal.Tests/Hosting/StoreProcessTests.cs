using System.Diagnostics;
using DpsPortal.Tests.Storage;

namespace DpsPortal.Tests.Hosting;

/// <summary>What a person sees who starts the program on a store that cannot be used: a sentence and exit code 1, never a stack trace.</summary>
[StartsHosts]
public sealed class StoreProcessTests
{
    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        using var data = new TemporaryFolder();
        var (vault, dps) = (await StoreOnDisk.MadeAsync("vault.db", data.Path), await StoreOnDisk.MadeAsync("dps.db", data.Path));
        vault.Overwrite(0, 100);
        File.Delete(dps.File);

        var said = await RefusedAsync(data.Path);

        Assert.Contains($"- '{vault.File}' is damaged", said, StringComparison.Ordinal);
        Assert.Contains($"- '{dps.File}' is missing", said, StringComparison.Ordinal);
        Assert.False(File.Exists(dps.File));
    }

    [Fact]
    public async Task A_lost_activity_log_is_named_and_no_empty_one_is_made()
    {
        using var data = new TemporaryFolder();
        var portal = await StoreOnDisk.MadeAsync("portal.db", data.Path);
        File.Delete(portal.File);

        var said = await RefusedAsync(data.Path);

        Assert.Contains($"- '{portal.File}' is missing", said, StringComparison.Ordinal);
        Assert.False(File.Exists(portal.File));
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_is_named_with_its_setting()
    {
        using var data = new TemporaryFolder();
        var file = Path.Combine(data.Path, "taken");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        Assert.Contains($"- Portal:DataDirectory is '{file}', but '{file}' is a file", await RefusedAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_key_of_garbage_is_named()
    {
        using var data = new TemporaryFolder();
        var folder = Directory.CreateDirectory(Path.Combine(data.Path, "portal-keys")).FullName;
        var file = Path.Combine(folder, "key-1.xml");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await File.WriteAllTextAsync(file, "garbage", TestContext.Current.CancellationToken);

        Assert.Contains($"- '{file}' is no key of the sign-in", await RefusedAsync(data.Path), StringComparison.Ordinal);
        Assert.Equal("garbage", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("vault.db", "vault/vault.db", 400)]
    [InlineData("vault.db", "vault", 500)]
    [InlineData("dps.db", "dps/dps.db", 400)]
    [InlineData("dps.db", "dps", 500)]
    [InlineData("portal.db", "portal/portal.db", 400)]
    [InlineData("portal.db", "portal", 500)]
    public async Task A_file_or_folder_that_cannot_be_written_is_named_and_not_called_another_process(string store, string path, int mode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows has access lists instead of modes, and only Linux has setpriv.");
        using var data = new TemporaryFolder();
        await StoreOnDisk.MadeAsync(store, data.Path);
        var full = Path.Combine(data.Path, path);
        Run("chmod", $"{mode}", full);

        var said = await RefusedAsync(data.Path);
        Run("chmod", "700", full);

        Assert.Contains("cannot be written", said, StringComparison.Ordinal);
        Assert.Contains(full, said, StringComparison.Ordinal);
        Assert.Contains("chmod", said, StringComparison.Ordinal);
        Assert.DoesNotContain("nother process", said, StringComparison.Ordinal);
    }

    /// <summary>The portal with all three systems, on free ports. Root goes without its right to pass over modes.</summary>
    private static async Task<string> RefusedAsync(string data)
    {
        string[] program = ["dotnet", Path.Combine(AppContext.BaseDirectory, "DpsPortal.dll"), "--urls=http://127.0.0.1:0"];
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
        {
            program = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", .. program];
        }

        var start = new ProcessStartInfo(program[0], program[1..])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Portal__DataDirectory"] = data, ["Portal__SampleData"] = "false",
                ["KeyVault__Embedded__Url"] = "https://localhost:0", ["Provisioning__Url"] = "https://localhost:0",
            },
        };
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var overdue = deadline.Token.Register(process.Kill);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var printed = await process.StandardOutput.ReadToEndAsync(CancellationToken.None) + await errors;
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 1, $"{process.ExitCode}: {printed}");
        Assert.Contains("DpsPortal does not start:", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", printed, StringComparison.Ordinal);
        return printed;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
