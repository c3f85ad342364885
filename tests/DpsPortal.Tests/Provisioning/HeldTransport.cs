using System.Threading.Channels;
using Azure.Core;
using Azure.Core.Pipeline;

namespace DpsPortal.Tests.Provisioning;

/// <summary>Keeps requests on their way until the test lets each of them go.</summary>
internal sealed class HeldTransport(HttpPipelineTransport inner) : HttpPipelineTransport
{
    private readonly Channel<HeldRequest> _held = Channel.CreateUnbounded<HeldRequest>();

    public bool Holds { get; set; }

    public ValueTask<HeldRequest> NextAsync(CancellationToken cancellationToken) => _held.Reader.ReadAsync(cancellationToken);

    public override Request CreateRequest() => inner.CreateRequest();

    public override void Process(HttpMessage message) => inner.Process(message);

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        if (Holds)
        {
            var go = new TaskCompletionSource();
            await _held.Writer.WriteAsync(new HeldRequest(message.Request.Method, go));
            await go.Task;
        }

        await inner.ProcessAsync(message);
    }
}

internal sealed record HeldRequest(RequestMethod Method, TaskCompletionSource Go);
