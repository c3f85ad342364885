using System.Buffers.Text;
using System.Security.Cryptography;
using DpsPortal.Tests.KeyVault;

namespace DpsPortal.Tests.Campaigns;

/// <summary>One reader that unwraps the same value over and over and compares what comes back.</summary>
internal sealed class ValidTraffic : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task<(int Sent, int Failed)> _run;

    private ValidTraffic(RunningVault vault, object body, string expected) => _run = Task.Run(() => RunAsync(vault, body, expected));

    public static async Task<ValidTraffic> StartAsync(RunningVault vault)
    {
        await vault.CreateKeyAsync("steady");
        var expected = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var wrapped = await vault.PostAsync("/keys/steady/wrapkey", new { alg = "RSA-OAEP-256", value = expected });
        return new ValidTraffic(vault, new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! }, expected);
    }

    public Task<(int Sent, int Failed)> StopAsync()
    {
        _stopping.Cancel();
        return _run;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task<(int Sent, int Failed)> RunAsync(RunningVault vault, object body, string expected)
    {
        var (sent, failed) = (0, 0);
        while (!_stopping.IsCancellationRequested)
        {
            var answer = await vault.PostAsync("/keys/steady/unwrapkey", body);
            sent++;
            failed += answer.Status == System.Net.HttpStatusCode.OK && (string)answer.Json["value"]! == expected ? 0 : 1;
        }

        return (sent, failed);
    }
}
