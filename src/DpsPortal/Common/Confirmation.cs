using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace DpsPortal.Common;

/// <summary>Asks before something is done. One question at a time in a circuit: a second click on the button that asks is no second question.</summary>
internal sealed class Confirmation(IDialogService dialogs)
{
    private bool _asking;

    /// <param name="confirm">What the button that agrees says.</param>
    /// <param name="leaving">Takes the question away when what it is about has gone.</param>
    /// <param name="final">There is no way back.</param>
    /// <returns>Whether the reader has agreed.</returns>
    public async Task<bool> AskAsync(string title, string text, string confirm, CancellationToken leaving, bool final = false) => await ShowAsync(
        title,
        new DialogParameters<ConfirmDialog>
        {
            { dialog => dialog.Text, text },
            { dialog => dialog.Confirm, confirm },
            { dialog => dialog.Final, final },
        },
        leaving) is { Canceled: false };

    /// <returns>Why the reader wants it, in the reader's words; <see langword="null"/> when not after all.</returns>
    public async Task<string?> AskReasonAsync(string title, string text, string confirm, CancellationToken leaving) => await ShowAsync(
        title,
        new DialogParameters<ReasonDialog>
        {
            { dialog => dialog.Text, text },
            { dialog => dialog.Confirm, confirm },
        },
        leaving) is { Canceled: false, Data: string reason } ? reason : null;

    private async Task<DialogResult?> ShowAsync<T>(string title, DialogParameters<T> parameters, CancellationToken leaving)
        where T : IComponent
    {
        if (_asking)
        {
            return null;
        }

        _asking = true;
        try
        {
            var dialog = await dialogs.ShowAsync<T>(
                title, parameters, new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true });
            await using var gone = leaving.Register(() => dialog.Close(DialogResult.Cancel()));
            return await dialog.Result;
        }
        finally
        {
            _asking = false;
        }
    }
}
