using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using DpsPortal.Hosting;
using DpsPortal.Tests.KeyVault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Tests.Hosting;

/// <summary>The whole portal in this process, as Program puts it together, on free ports and empty stores.</summary>
internal sealed partial class RunningPortal : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("dpsportal-test-");
    private SimulatedSystems? _systems;
    private WebApplication? _app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Everything at level Warning and above that was logged.</summary>
    public ConcurrentQueue<string> Logs { get; } = [];

    public static async Task<RunningPortal> StartedAsync()
    {
        var portal = new RunningPortal();
        await portal.StartAsync();
        return portal;
    }

    public static SocketsHttpHandler CreateHandler() => new() { UseProxy = false, UseCookies = false, AllowAutoRedirect = false };

    /// <summary>A form that may be posted: the cookie and the field that belong together.</summary>
    public async Task<(string Cookie, string Field)> AntiforgeryAsync()
    {
        using var http = new HttpClient(CreateHandler());
        using var answer = await http.GetAsync(new Uri(Address, "/sign-in"));
        var field = Token().Match(await answer.Content.ReadAsStringAsync()).Groups["value"].Value;
        return (CookieOf(answer), field);
    }

    /// <summary>The session of a person who has signed in.</summary>
    public async Task<string> SessionAsync()
    {
        var (cookie, field) = await AntiforgeryAsync();
        using var http = new HttpClient(CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/development/sign-in"))
        {
            Content = new FormUrlEncodedContent([new("role", "KeyCustodian"), new("returnUrl", "/"), new("__RequestVerificationToken", field)]),
            Headers = { { "Cookie", cookie } },
        };
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return CookieOf(answer);
    }

    public async ValueTask DisposeAsync()
    {
        await (_app?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_systems?.DisposeAsync() ?? ValueTask.CompletedTask);
        _data.Delete(recursive: true);
    }

    private async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = "Development",
            ApplicationName = typeof(PortalComposition).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            Args =
            [
                "--Portal:Url=http://127.0.0.1:0", "--KeyVault:Embedded:Url=https://localhost:0", "--Provisioning:Url=https://localhost:0",
                "--Portal:SampleData=false",
                $"--Portal:DataDirectory={_data.FullName}",
            ],
        });
        builder.Logging.ClearProviders().AddProvider(new RecordingLogs(Logs, LogLevel.Warning));
        var settings = PortalSettings.Read(builder.Configuration, builder.Environment);
        builder.UsePortalUrl(settings);
        var clock = new DomainClock();
        _systems = new SimulatedSystems(settings, clock, logging => logging.AddProvider(new RecordingLogs(Logs, LogLevel.Warning)));
        builder.AddPortal(settings, _systems, clock);
        builder.AddSignIn(settings);
        _app = builder.Build();
        _app.UsePortal();
        _app.MapSignIn(settings);
        _app.MapPortal();
        await _systems.StartedAsync();
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        using var http = new HttpClient();
        while ((await http.GetAsync(new Uri(Address, "/health/ready"))).StatusCode != HttpStatusCode.OK)
        {
            await Task.Delay(20);
        }
    }

    private static string CookieOf(HttpResponseMessage answer) =>
        string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"")]
    private static partial Regex Token();
}
