using DpsPortal.Services.Audit;

namespace DpsPortal.Tests.Services;

public sealed class LoggableTests
{
    [Theory]
    [InlineData("eg-contadores-norte", "eg-contadores-norte")]
    [InlineData(
        "https://kv-contoso-prod.vault.azure.net/keys/kek/1f6c0b0c9a3e4d6f8b2a7c5d4e3f2a10",
        "https://kv-contoso-prod.vault.azure.net/keys/kek/1f6c0b0c9a3e4d6f8b2a7c5d4e3f2a10")]
    [InlineData("design=new", "design=new")]
    [InlineData("HostName=h.net;SharedAccessKeyName=owner;SharedAccessKey=a+b/c==", "HostName=h.net;SharedAccessKeyName=owner;SharedAccessKey=***")]
    [InlineData("sharedaccesskey = a+b/c==;HostName=h.net", "sharedaccesskey = ***;HostName=h.net")]
    [InlineData("SharedAccessSignature sr=h.net&sig=a%2Bb%3D&se=1", "SharedAccessSignature sr=h.net&sig=***&se=1")]
    [InlineData("before -----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY----- after", "before *** after")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMHc", "***")]
    public void Of_what_was_pasted_no_key_is_kept_and_names_stay_as_they_are(string text, string kept) => Assert.Equal(kept, Loggable.Of(text));

    [Fact]
    public void What_is_longer_than_any_name_is_not_kept_whole() => Assert.Equal(new string('x', 1_000) + "***", Loggable.Of(new string('x', 40_000)));
}
