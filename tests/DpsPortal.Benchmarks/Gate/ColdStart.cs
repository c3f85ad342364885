using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using DpsPortal.Tests;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// From starting the process on existing data to the first signed-in page, beside a bare MudBlazor application. Both are
/// published ReadyToRun and started in turn.
/// </summary>
internal sealed partial class ColdStart : GateFigure
{
    private const int Rounds = 7;

    public override string Name => "cold-start";

    public override string Target => "≤ 2.0";

    public override bool Passes(double ratio) => ratio <= 2.0;

    public override async Task<Measured> MeasureAsync()
    {
        var work = Directory.CreateTempSubdirectory("dpsportal-cold-");
        try
        {
            var root = Repository.Root;
            var portal = await PublishAsync(Path.Combine(root, "src/DpsPortal/DpsPortal.csproj"), Path.Combine(work.FullName, "portal"));
            var bare = await PublishAsync(BareProject(root, work), Path.Combine(work.FullName, "bare-out"));
            var data = Path.Combine(work.FullName, "data");

            // The first start makes the sample; what is measured is a start on data that exists.
            await PortalAsync(portal, data, TimeSpan.FromMinutes(2));
            await BareAsync(bare);
            var rounds = new List<(double Ours, double Limit)>();
            for (var round = 0; round < Rounds; round++)
            {
                rounds.Add((await PortalAsync(portal, data, TimeSpan.FromSeconds(30)), await BareAsync(bare)));
            }

            return new Measured(
                Seconds(Pairs.Median(rounds.Select(pair => pair.Ours))),
                Seconds(Pairs.Median(rounds.Select(pair => pair.Limit))),
                Pairs.Median(rounds.Select(pair => pair.Ours / pair.Limit)));
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static string Seconds(double seconds) => seconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";

    private static Task<double> PortalAsync(string folder, string data, TimeSpan limit) => StartAsync(
        Path.Combine(folder, "DpsPortal.dll"),
        new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Portal__Url"] = "http://127.0.0.1:0",
            ["Portal__DataDirectory"] = data,
            ["Portal__SampleData"] = "true",
            ["KeyVault__Embedded__Url"] = "https://localhost:0",
            ["Provisioning__Url"] = "https://localhost:0",
        },
        SignInAsync,
        limit);

    private static Task<double> BareAsync(string folder) => StartAsync(
        Path.Combine(folder, "Bare.dll"),
        new() { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" },
        (_, _) => Task.CompletedTask,
        TimeSpan.FromSeconds(30));

    private static async Task<double> StartAsync(
        string assembly, Dictionary<string, string> environment, Func<HttpClient, CancellationToken, Task> signIn, TimeSpan limit)
    {
        var start =
            new ProcessStartInfo("dotnet", [assembly]) { RedirectStandardOutput = true, RedirectStandardError = true,
                WorkingDirectory = Path.GetDirectoryName(assembly) };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var deadline = new CancellationTokenSource(limit);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        try
        {
            var address = await AddressAsync(process, deadline.Token);
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
            using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
            using var client = new HttpClient(handler) { BaseAddress = address };
            client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
            await signIn(client, deadline.Token);
            while (true)
            {
                using var page = await client.GetAsync("/", deadline.Token);
                if (page.StatusCode == HttpStatusCode.OK)
                {
                    return clock.Elapsed.TotalSeconds;
                }

                await Task.Delay(10, deadline.Token);
            }
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<Uri> AddressAsync(Process process, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return new Uri(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("The process ended: " + await process.StandardError.ReadToEndAsync(cancellationToken));
    }

    private static async Task SignInAsync(HttpClient client, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var answer = await client.GetAsync("/sign-in", cancellationToken);
            var page = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (Form().Match(page) is { Success: true } form)
            {
                var token = Antiforgery().Match(page).Groups[1].Value;
                using var content = new FormUrlEncodedContent(
                    [new("role", form.Groups[1].Value), new("returnUrl", "/health/live"), new("__RequestVerificationToken", token)]);
                using var signedIn = await client.PostAsync("/development/sign-in", content, cancellationToken);
                signedIn.EnsureSuccessStatusCode();
                return;
            }

            await Task.Delay(10, cancellationToken);
        }
    }

    private static async Task<string> PublishAsync(string project, string output)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            ["publish", project, "-c", "Release", "-r", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, "--self-contained", "false",
                "-p:PublishReadyToRun=true", "-o", output, "-v", "q", "-nologo"])
        {
            RedirectStandardOutput = true,
        })!;
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"Publishing {project} failed:{Environment.NewLine}{printed}");
    }

    // The bare application is built outside the tree, with the MudBlazor version of this repository.
    private static string BareProject(string root, DirectoryInfo work)
    {
        var target = work.CreateSubdirectory("bare");
        foreach (var file in Directory.GetFiles(Path.Combine(root, "tests/DpsPortal.Benchmarks/Gate/BareMudBlazor"), "*.txt"))
        {
            File.Copy(file, Path.Combine(target.FullName, Path.GetFileNameWithoutExtension(file)));
        }

        var version = MudBlazorVersion().Match(File.ReadAllText(Path.Combine(root, "Directory.Packages.props"))).Groups[1].Value;
        var project = Path.Combine(target.FullName, "Bare.csproj");
        File.WriteAllText(project, File.ReadAllText(project).Replace("{MudBlazorVersion}", version, StringComparison.Ordinal));
        return project;
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex("name=\"role\" value=\"([^\"]+)\"")]
    private static partial Regex Form();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();

    [GeneratedRegex("Include=\"MudBlazor\" Version=\"([^\"]+)\"")]
    private static partial Regex MudBlazorVersion();
}
