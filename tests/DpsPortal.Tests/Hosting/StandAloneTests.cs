using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace DpsPortal.Tests.Hosting;

/// <summary>The vault as a process of its own, as it is started from a command line.</summary>
[StartsHosts]
public sealed class StandAloneTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly List<VaultProcess> _started = [];

    public void Dispose()
    {
        _started.ForEach(process => process.Dispose());
        _data.Dispose();
    }

    [Fact]
    public async Task Of_two_first_starts_one_serves_and_what_it_prints_leads_in()
    {
        var port = OutsideProgram.FreePort();
        var both = new[] { Start(port), Start(port) };
        var winner = await Task.WhenAny(both.Select(process => process.SaysAsync("trust "))).Unwrap();
        var loser = both.Single(process => process != winner);

        Assert.Equal(1, await loser.ExitCodeAsync());
        Assert.Contains("Another process is using the vault", loser.Output, StringComparison.Ordinal);
        Assert.Contains($"serves https://localhost:{port}/", winner.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(port, Path.Combine(_data.Path, "vault-ca", "ca.crt")));

        var trust = Start(port, "trust");
        Assert.Equal(0, await trust.ExitCodeAsync());
        Assert.Contains($"NODE_EXTRA_CA_CERTS='{Path.Combine(_data.Path, "vault-ca", "ca.crt")}'", trust.Output, StringComparison.Ordinal);
        var refused = Start(port, "rotate-master-key");
        Assert.Equal(1, await refused.ExitCodeAsync());

        winner.Kill();
        var rotated = Start(port, "rotate-master-key");
        Assert.Equal(0, await rotated.ExitCodeAsync());
        Assert.Contains("new master key", rotated.Output, StringComparison.Ordinal);
        var unknown = Start(port, "rotate");
        Assert.Equal(1, await unknown.ExitCodeAsync());
        Assert.Contains("'rotate' is not a command", unknown.Output, StringComparison.Ordinal);
        var seed = Path.Combine(_data.Path, "seed.json");
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(seed, JsonSerializer.Serialize(new { keys = new[] { new { name = "signer", pem = signer.ExportPkcs8PrivateKeyPem() } } }));
        var last = await Start(port, $"--KeyVault:Embedded:SeedFile={seed}").SaysAsync("trust ");
        await last.SaysAsync("1 keys were imported");

        var secret = await File.ReadAllTextAsync(Path.Combine(_data.Path, "administrator-credential", "secret"));
        Assert.DoesNotContain(secret, string.Concat(_started.Select(process => process.Output)), StringComparison.Ordinal);
    }

    private VaultProcess Start(int port, params string[] arguments)
    {
        var process = new VaultProcess(_data.Path, port, arguments);
        _started.Add(process);
        return process;
    }

    private static async Task<HttpStatusCode> StatusAsync(int port, string authorityFile)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(authorityFile);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = trust } });
        using var answer = await http.GetAsync($"https://localhost:{port}/keys?api-version=7.6");
        return answer.StatusCode;
    }

    private sealed class VaultProcess : IDisposable
    {
        private readonly Process _process;
        private readonly System.Text.StringBuilder _output = new();
        private readonly Lock _lock = new();
        private readonly List<(string Text, TaskCompletionSource<VaultProcess> Said)> _waiting = [];

        public VaultProcess(string data, int port, string[] arguments)
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DpsPortal.dll"), "vault", .. arguments])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = data,
                Environment =
                {
                    ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Portal__DataDirectory"] = data, ["KeyVault__Embedded__Url"] = $"https://localhost:{port}",
                },
            };
            _process = new Process { StartInfo = start };
            _process.OutputDataReceived += (_, line) => Note(line.Data);
            _process.ErrorDataReceived += (_, line) => Note(line.Data);
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public string Output
        {
            get
            {
                lock (_lock)
                {
                    return _output.ToString();
                }
            }
        }

        /// <summary>Itself, once it has printed the text.</summary>
        public Task<VaultProcess> SaysAsync(string text)
        {
            lock (_lock)
            {
                var said = new TaskCompletionSource<VaultProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((text, said));
                Look();
                return said.Task.WaitAsync(TimeSpan.FromMinutes(1));
            }
        }

        public async Task<int> ExitCodeAsync()
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await _process.WaitForExitAsync(deadline.Token);
            return _process.ExitCode;
        }

        public void Kill()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                Kill();
            }

            _process.Dispose();
        }

        private void Note(string? line)
        {
            lock (_lock)
            {
                _output.AppendLine(line);
                Look();
            }
        }

        private void Look()
        {
            foreach (var (_, said) in _waiting.Where(waiting => _output.ToString().Contains(waiting.Text, StringComparison.Ordinal)))
            {
                said.TrySetResult(this);
            }
        }
    }
}
