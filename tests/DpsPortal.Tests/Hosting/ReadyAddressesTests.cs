using DpsPortal.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DpsPortal.Tests.Hosting;

[StartsHosts]
public sealed class ReadyAddressesTests
{
    private static readonly Uri Configured = new("http://localhost:5080/");

    [Fact]
    public async Task What_is_said_is_where_it_listens_whatever_the_setting_says()
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var bound = ReadyAddresses.BoundAsync(app.Services.GetRequiredService<IHostApplicationLifetime>(), CancellationToken.None);
        Assert.False(bound.IsCompleted);

        await app.StartAsync();
        await bound;

        var said = new Uri(ReadyAddresses.Of(app.Services.GetRequiredService<IServer>(), Configured));
        Assert.Equal(app.Urls.Single(), said.GetLeftPart(UriPartial.Authority));
        Assert.NotEqual(0, said.Port);
        Assert.NotEqual(Configured.Port, said.Port);
    }

    [Fact]
    public void Every_address_is_named_and_a_server_that_names_none_has_the_configured_one()
    {
        Assert.Equal("http://[::]:81, https://localhost:444", ReadyAddresses.Of(new Named("http://[::]:81", "https://localhost:444"), Configured));
        Assert.Equal("http://localhost:5080", ReadyAddresses.Of(new Named(), Configured));
    }

    private sealed class Named : IServer
    {
        public Named(params string[] addresses)
        {
            var feature = new ServerAddressesFeature();
            foreach (var address in addresses)
            {
                feature.Addresses.Add(address);
            }

            Features.Set<IServerAddressesFeature>(feature);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public void Dispose() { }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
