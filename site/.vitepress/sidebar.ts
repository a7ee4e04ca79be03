// The guides in the order in which people read them, the tutorial, and the reference by topic.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { DefaultTheme } from 'vitepress';

type Items = DefaultTheme.SidebarItem[];

const pages = (folder: string, names: Readonly<Record<string, string>>): Items =>
  Object.entries(names).map(([name, text]) => ({ text, link: `/${folder}/${name}` }));

export const LEARN: Items = [
  {
    text: 'Learn',
    items: pages('learn', {
      '': 'How to read this',
      tensor: '1. A tensor',
      neuron: '2. A neuron',
      'gradient-descent': '3. Gradient descent',
      digits: '4. Reading digits',
      'what-goes-wrong': '5. What goes wrong',
      pictures: '6. Pictures',
      text: '7. Text',
      'saving-and-using': '8. Saving and using',
      keras: 'For people who know Keras',
    }),
  },
];

export const GUIDES: Items = [
  {
    text: 'Start',
    items: pages('guides', {
      '': 'Five minutes',
      cookbook: 'Cookbook',
      tasks: 'Ten first tasks',
      examples: 'Whole programs',
      layers: 'Models and layers',
      tensors: 'Tensors and gradients',
      troubleshooting: 'Troubleshooting',
      limits: 'Limits',
    }),
  },
  {
    text: 'Guides',
    items: pages('guides', {
      data: 'Data',
      pictures: 'Pictures and camera',
      augmentation: 'Resizing and augmentation',
      audio: 'Sounds',
      text: 'Text and categories',
      generation: 'Writing text',
      visualizing: 'See it train',
      files: 'Saving and files',
      'command-line': 'The command line',
      applications: 'Well-known networks',
      'fine-tuning': 'Fine-tuning',
      onnx: 'ONNX',
      'graph-models': 'Graph models of TensorFlow.js',
      workers: 'Workers',
      deploying: 'Deploying',
      extending: 'Layers and losses of your own',
      tuning: 'Searching hyperparameters',
      'scale-out': 'Several machines',
      federations: 'Federations',
    }),
  },
  {
    text: 'Coming from',
    items: [
      { text: 'Keras: programs in pairs', link: '/learn/keras' },
      ...pages('guides', {
        migrating: 'Keras and TensorFlow.js',
        coverage: 'Names of Keras and NumPy',
      }),
    ],
  },
  {
    text: 'Performance',
    items: pages('guides', {
      performance: 'How fast it is',
      'measurements-intel-xeon': 'Measured on an Intel Xeon',
      'measurements-amd-epyc': 'Measured on an AMD EPYC',
    }),
  },
  {
    text: 'Contributing',
    items: [
      { text: 'How to contribute', link: '/contributing' },
      ...pages('guides', {
        architecture: 'Architecture',
        kernels: 'Kernels',
        releasing: 'Releasing',
        'notes/kernels': 'Notes: kernels',
        'notes/products': 'Notes: products',
        'notes/steps-and-pages': 'Notes: steps and pages',
      }),
      { text: 'Changes', link: '/changelog' },
    ],
  },
];

/** The entries and namespaces of the reference that TypeDoc has written. */
export function apiSidebar(folder: string): Items {
  const spaces = path.join(folder, 'lanegrad/namespaces');
  if (!existsSync(spaces)) return [];
  const entries = ['applications', 'compile', 'flower', 'io/onnx', 'remote', 'tuner', 'vis'];
  return [
    { text: 'Reference', items: [{ text: 'Overview', link: '/api/' }] },
    {
      text: 'lanegrad',
      items: [
        { text: 'Tensors and gradients', link: '/api/lanegrad/' },
        ...readdirSync(spaces).map((name) => ({
          text: name,
          link: `/api/lanegrad/namespaces/${name}/`,
        })),
      ],
    },
    {
      text: 'Further entries',
      items: entries.map((name) => ({ text: `lanegrad/${name}`, link: `/api/lanegrad/${name}/` })),
    },
  ];
}
