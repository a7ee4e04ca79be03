// Networks that are kept in the browser.
import { DatasetError, models } from 'lanegrad';

/** The network that was kept at a location. */
export async function openStored<M extends models.AnyModel = models.Model>(
  location: string,
): Promise<M> {
  try {
    return await models.loadModel<M>(location);
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw new Error('There is no saved network in this browser yet.', { cause: error });
  }
}
