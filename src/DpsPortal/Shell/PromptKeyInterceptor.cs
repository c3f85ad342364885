using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
using MudBlazor.Services;

namespace DpsPortal.Shell;

/// <summary>
/// Changes what a key does without waiting for the browser to have done so. <see cref="MudSelect{T}"/> closes its list, makes such a change
/// and only then takes the value that was chosen: when it waits for an answer between, a button pressed meanwhile acts on the value before.
/// </summary>
internal sealed class PromptKeyInterceptor(IKeyInterceptorService inner) : IKeyInterceptorService
{
    public static void Decorate(IServiceCollection services)
    {
        var original = services.Single(service => service.ServiceType == typeof(IKeyInterceptorService)).ImplementationType!;
        services.AddScoped<IKeyInterceptorService>(
            provider => new PromptKeyInterceptor((IKeyInterceptorService)ActivatorUtilities.CreateInstance(provider, original)));
    }

    public Task UpdateKeyAsync(IKeyInterceptorObserver observer, KeyOptions option) => WithoutWaiting(inner.UpdateKeyAsync(observer, option));

    public Task UpdateKeyAsync(string elementId, KeyOptions option) => WithoutWaiting(inner.UpdateKeyAsync(elementId, option));

    public Task SubscribeAsync(IKeyInterceptorObserver observer, KeyInterceptorOptions options) => inner.SubscribeAsync(observer, options);

    public Task SubscribeAsync(string elementId, KeyInterceptorOptions options, Action<KeyMapBuilder> build) => inner.SubscribeAsync(elementId, options, build);

    public Task SubscribeAsync(string elementId, KeyInterceptorOptions options, IKeyDownObserver? keyDown, IKeyUpObserver? keyUp) =>
        inner.SubscribeAsync(elementId, options, keyDown, keyUp);

    public Task SubscribeAsync(string elementId, KeyInterceptorOptions options, Action<KeyboardEventArgs>? keyDown, Action<KeyboardEventArgs>? keyUp) =>
        inner.SubscribeAsync(elementId, options, keyDown, keyUp);

    public Task SubscribeAsync(string elementId, KeyInterceptorOptions options, Func<KeyboardEventArgs, Task>? keyDown, Func<KeyboardEventArgs, Task>? keyUp) =>
        inner.SubscribeAsync(elementId, options, keyDown, keyUp);

    public Task DispatchAsync(string elementId, KeyEventKind kind, KeyboardEventArgs args) => inner.DispatchAsync(elementId, kind, args);

    public Task UnsubscribeAsync(IKeyInterceptorObserver observer) => inner.UnsubscribeAsync(observer);

    public Task UnsubscribeAsync(string elementId) => inner.UnsubscribeAsync(elementId);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>The browser does what it is told in the order it is told; nobody needs to know when, or that it has gone meanwhile.</summary>
    private static Task WithoutWaiting(Task update)
    {
        _ = update.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return Task.CompletedTask;
    }
}
