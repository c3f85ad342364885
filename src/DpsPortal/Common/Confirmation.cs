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
    public async Task<bool> AskAsync(string title, string text, string confirm, CancellationToken leaving, bool final = false)
    {
        if (_asking)
        {
            return false;
        }

        _asking = true;
        try
        {
            var parameters = new DialogParameters<ConfirmDialog>
            {
                { dialog => dialog.Text, text },
                { dialog => dialog.Confirm, confirm },
                { dialog => dialog.Final, final },
            };
            var dialog = await dialogs.ShowAsync<ConfirmDialog>(title, parameters, new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small });
            await using var gone = leaving.Register(() => dialog.Close(DialogResult.Cancel()));
            return await dialog.Result is { Canceled: false };
        }
        finally
        {
            _asking = false;
        }
    }
}
