using DpsPortal.Hosting;

namespace DpsPortal.Tests.Hosting;

public sealed class HostHeaderTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:5080")]
    [InlineData("[::1]:5080")]
    [InlineData("portal.example.com:65535")]
    [InlineData("xn--bcher-kva.example")]
    public void A_host_with_or_without_a_port_is_one(string host) => Assert.True(HostHeader.IsValid(host));

    [Theory]
    [InlineData("")]
    [InlineData("localhost:99999")]
    [InlineData("localhost:x")]
    [InlineData("[::1")]
    [InlineData(":5080")]
    [InlineData("user@localhost")]
    [InlineData("localhost/path")]
    [InlineData("xn--a")]
    public void Of_anything_else_no_address_can_be_made(string host) => Assert.False(HostHeader.IsValid(host));
}
