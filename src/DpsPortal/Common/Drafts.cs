using System.Text.Json;
using DpsPortal.Services.People;
using Microsoft.JSInterop;

namespace DpsPortal.Common;

/// <summary>
/// What somebody has begun to fill in, kept by their browser: it outlasts a reload, the way back, another language and a restart of the
/// portal. Names and choices alone; nothing secret is asked for where there is a draft.
/// </summary>
internal sealed class Drafts(IJSRuntime browser)
{
    public async Task<T?> ReadAsync<T>(string form, Person person)
        where T : class
    {
        var text = await AskAsync(() => browser.InvokeAsync<string?>("localStorage.getItem", Name(form, person)));
        try
        {
            return string.IsNullOrEmpty(text) ? null : JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            // Of another release, or not ours.
            return null;
        }
    }

    public Task KeepAsync<T>(string form, Person person, T draft) =>
        TellAsync(() => browser.InvokeVoidAsync("localStorage.setItem", Name(form, person), JsonSerializer.Serialize(draft, JsonSerializerOptions.Web)));

    public Task DiscardAsync(string form, Person person) => TellAsync(() => browser.InvokeVoidAsync("localStorage.removeItem", Name(form, person)));

    /// <summary>Two people at one browser have each their own.</summary>
    private static string Name(string form, Person person) => $"draft:{form}:{person.ObjectId}";

    private static async Task TellAsync(Func<ValueTask> call) => _ = await AskAsync(async () =>
    {
        await call();
        return true;
    });

    /// <summary>A browser that keeps nothing, or has gone, costs the draft and not the form.</summary>
    private static async Task<T?> AskAsync<T>(Func<ValueTask<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (fault is JSException or JSDisconnectedException or OperationCanceledException)
        {
            return default;
        }
    }
}
